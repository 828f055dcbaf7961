"""Sampling that stops: what each rule asks, saves and answers, on simulated solvers."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

import pytest

from proofloop.agents.llm.base import Request
from proofloop.agents.llm.yes_no import chance_of_yes
from proofloop.agents.self_evaluator import SelfEvaluator
from proofloop.core.errors import SettingsError
from proofloop.graphs.adaptive import adaptive_graph
from proofloop.graphs.context import Context
from proofloop.graphs.stopping.conformal import Conformal
from proofloop.graphs.stopping.self_evaluation import SelfEvaluation
from support.llm import client
from support.openai_server import Call, Say, ScriptedServer
from support.simulated import TASK
from support.simulated_model import Role, SimulatedModel, attempt, is_right, perfect


def solver(p: float) -> Role:
    return lambda request, rng: attempt(rng.random() < p, rng)


def sure_when_right(request: Request, rng: random.Random) -> str:
    return "No" if is_right(str(request.inputs["solution"])) else "Yes"


async def run(model: SimulatedModel, **options: Any) -> dict[str, Any]:
    graph = adaptive_graph(**options)
    return dict(await graph.ainvoke({"problem": "?"}, context=model.context()))


async def test_a_settled_majority_needs_no_more_samples() -> None:
    model = SimulatedModel({"solver": solver(1.0)})
    state = await run(model, n=16, width=4)
    assert state["answer"] == "right"
    assert state["look"]["stop"]
    assert model.calls["solver"] == 16 - state["saved"] == 9  # nine against seven that are left


async def test_without_agreement_all_samples_are_drawn() -> None:
    model = SimulatedModel({"solver": lambda request, rng: f"Answer: {rng.getrandbits(40)}"})
    state = await run(model, n=8, width=3)
    assert model.calls["solver"] == 8
    assert state["saved"] == 0


async def test_optscale_stops_once_the_score_is_as_good_as_reached() -> None:
    model = SimulatedModel({"solver": solver(0.5), "rater": perfect})
    state = await run(model, rule="optscale", n=64, width=8)
    assert state["answer"] == "right"
    assert state["saved"] > 40
    assert "with confidence 0.95" in state["look"]["reason"]
    assert model.calls["rater"] == model.calls["solver"]  # each is scored once


async def test_the_surest_sample_ends_it_and_is_the_answer() -> None:
    saved = 0
    for seed in range(40):
        model = SimulatedModel(
            {"solver": solver(0.4), "self_evaluator": sure_when_right}, seed=seed
        )
        state = await run(model, rule="self-evaluation", n=16, width=1)
        assert state["answer"] == "right"
        drawn = model.calls["solver"]
        assert state["values"] == [0.0] * (drawn - 1) + [1.0]
        saved += state["saved"]
        heats = [r.sampling.temperature for r in model.seen if r.role == "solver"]
        assert heats == [1 - 0.5**k for k in range(drawn)]
    assert saved / 40 > 16 - 1 / 0.4 - 1  # 2.5 samples in the mean


async def test_a_conformal_rule_looks_only_where_it_was_calibrated() -> None:
    model = SimulatedModel({"solver": solver(1.0)})
    rule = Conformal(least={4: 0.75, 8: 0.6}, alpha=0.1)
    state = await run(model, rule=rule, n=8, width=8)
    assert (model.calls["solver"], state["saved"], state["answer"]) == (8, 0, "right")
    model = SimulatedModel({"solver": solver(1.0)})
    state = await run(model, rule=rule, n=8, width=2)
    assert (model.calls["solver"], state["saved"], state["answer"]) == (4, 4, "right")


async def test_where_no_value_can_be_read_the_answer_of_most_is_the_answer() -> None:
    for rule, role in (("optscale", "rater"), ("self-evaluation", "self_evaluator")):
        unclear: Role = lambda request, rng: "who knows"  # noqa: E731
        model = SimulatedModel({"solver": solver(0.9), role: unclear})
        state = await run(model, rule=rule, n=9, width=3)
        assert (state["answer"], state["saved"]) == ("right", 0)


@pytest.mark.parametrize("options", [{"n": 0}, {"width": 0}])
def test_numbers_that_cannot_be_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        adaptive_graph(**options)  # type: ignore[arg-type]


def test_an_unknown_rule_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="no stopping rule 'never'"):
        adaptive_graph(rule="never")


def token(pairs: Sequence[tuple[str, float]]) -> dict[str, Any]:
    top = [{"token": text, "logprob": value} for text, value in pairs]
    return {"token": top[0]["token"], "logprob": top[0]["logprob"], "top_logprobs": top}


@pytest.mark.parametrize(
    ("tokens", "wanted"),
    [
        ([[("Yes", -0.1), ("No", -2.4)]], 0.909),
        ([[("\n", -0.1)], [(" no", -0.2), (" No", -3.0), ("yes", -2.0)]], 0.135),
        ([[("No", 0.0)]], 0.0),
        ([[("Perhaps", -0.1)]], None),
        ([[("Yes", float("nan"))]], None),
    ],
)
async def test_the_chance_of_yes_is_read_from_the_first_word(
    tokens: list[list[tuple[str, float]]], wanted: float | None
) -> None:
    content = [token(pairs) for pairs in tokens]
    choice = {
        "index": 0,
        "message": {"content": "perhaps"},
        "finish_reason": "length",
        "logprobs": {"content": content},
    }
    with ScriptedServer([Say(extra={"choices": [choice]})]) as server:
        model = client(server)
        found = await SelfEvaluator(model).confidence(TASK, "Answer: 1")
        await model.aclose()
    assert server.calls[0].body["max_tokens"] == 4
    assert server.calls[0].body["top_logprobs"] == 10
    if wanted is None:
        assert found is None
    else:
        assert found == pytest.approx(1 - wanted, abs=0.005)


async def test_without_log_probabilities_the_word_itself_is_the_chance() -> None:
    words = {"Yes.": 1.0, " no, it is right": 0.0, "Nobody knows": None, "": None}
    model = SimulatedModel({"tester": lambda request, rng: request.messages[0].content})
    for said, wanted in words.items():
        (reply,) = await model.sample(asked(said))
        assert chance_of_yes(reply) == wanted


def asked(text: str) -> Request:
    return Request.model_validate(
        {"role": "tester", "messages": [{"role": "user", "content": text}]}
    )


async def test_over_an_endpoint_the_samples_come_in_few_calls_and_the_run_says_what_it_saved() -> (
    None
):
    def script(call: Call) -> Say:
        if str(call.body["messages"][0]["content"]).startswith("You rate"):
            return Say(json.dumps({"rating": 9}))
        return Say([f"so it is {i}\nAnswer: 4" for i in range(call.n)])

    with ScriptedServer(script) as server:
        model = client(server)
        state = await adaptive_graph(n=16, width=16).ainvoke(
            {"problem": "2 + 2?"}, context=Context(model=model, judge=model)
        )
        await model.aclose()
    assert state["answer"] == "4"
    assert [call.n for call in server.calls] == [16]
    assert SelfEvaluation().needs == "confidence"
