"""Sequential refinement: its accuracy with known chances of mending and spoiling, and its ends."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from proofloop.agents.llm.base import Request
from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget
from proofloop.core.journal import Journal
from proofloop.graphs.context import Context
from proofloop.graphs.refine import refine_graph
from support.llm import client
from support.openai_server import Call, Fail, Item, ScriptedServer
from support.simulated_model import SimulatedModel, attempt, is_right, perfect, within

RUNS = 300
FIRST, MENDS, SPOILS = 0.3, 0.4, 0.15


def solver(request: Request, rng: random.Random) -> str:
    return attempt(rng.random() < FIRST, rng)


def reviser(request: Request, rng: random.Random) -> str:
    right = is_right(str(request.inputs["solution"]))
    return attempt(rng.random() < (1 - SPOILS if right else MENDS), rng)


async def accuracy(**options: bool) -> float:
    graph = refine_graph(rounds=4, **options)  # type: ignore[arg-type]
    right = 0
    for seed in range(RUNS):
        model = SimulatedModel({"solver": solver, "reviser": reviser, "rater": perfect}, seed)
        state = await graph.ainvoke({"problem": "?"}, context=model.context())
        right += state["answer"] == "right"
    return right / RUNS


async def test_without_a_rater_the_accuracy_follows_mending_and_spoiling() -> None:
    wanted = FIRST
    for _ in range(4):
        wanted = wanted * (1 - SPOILS) + (1 - wanted) * MENDS
    assert within(await accuracy(rated=False), wanted, RUNS)
    assert not within(FIRST, wanted, RUNS)


async def test_with_a_true_rater_what_is_right_once_stays_right() -> None:
    wanted = 1 - (1 - FIRST) * (1 - MENDS) ** 4
    assert within(await accuracy(rated=True), wanted, RUNS)


def of(call: Call) -> str:
    """The role that asks, by the beginning of its prompt."""
    words = {"You solve": "solver", "You rate": "rater", "You improve": "reviser"}
    words["You look for errors"] = "reviewer"
    system = str(call.body["messages"][0]["content"])
    return next(role for start, role in words.items() if system.startswith(start))


class Endpoint:
    """Answers each role from a list of its own, the last one again and again."""

    def __init__(self, **answers: list[Item]) -> None:
        self.answers = answers
        self.prompts: dict[str, list[str]] = {}

    def __call__(self, call: Call) -> Item:
        role = of(call)
        asked = self.prompts.setdefault(role, [])
        asked.append(call.last)
        return self.answers[role][min(len(asked), len(self.answers[role])) - 1]


def rating(value: int | None, reasons: str = "") -> str:
    return json.dumps({"rating": value, "reasons": reasons})


async def run(endpoint: Endpoint, **options: object) -> dict[str, object]:
    with ScriptedServer(endpoint) as server:
        model = client(server)
        context = Context(model=model, judge=model)
        state = await refine_graph(**options).ainvoke({"problem": "?"}, context=context)  # type: ignore[arg-type]
        await model.aclose()
    return dict(state)


async def test_a_revision_sees_the_version_before_and_what_was_said_of_it() -> None:
    endpoint = Endpoint(
        solver=["Answer: 1"],
        rater=[rating(3, "the sum is off"), rating(10)],
        reviewer=["step 1 does not hold"],
        reviser=["Answer: 2"],
    )
    state = await run(endpoint, reviewed=True)
    assert (state["answer"], state["stopped"]) == ("2", "satisfied")
    (prompt,) = endpoint.prompts["reviser"]
    for part in ("Answer: 1", "the sum is off", "step 1 does not hold"):
        assert part in prompt
    assert [one["content"] for one in state["versions"]] == ["Answer: 1", "Answer: 2"]  # type: ignore[attr-defined]


async def test_the_best_version_is_the_answer_however_the_last_turned_out() -> None:
    endpoint = Endpoint(
        solver=["Answer: 1"],
        rater=[rating(3), rating(8), rating(2)],
        reviser=["Answer: 2", "Answer: 3"],
    )
    state = await run(endpoint, rounds=2)
    assert state["answer"] == "2"
    assert len(state["versions"]) == 3  # type: ignore[arg-type]
    assert "stopped" not in state


@pytest.mark.parametrize("said", ["UNCHANGED", "**Unchanged.**", "", "Answer: 1\n"])
async def test_a_solution_left_as_it_is_ends_it(said: str) -> None:
    endpoint = Endpoint(solver=["Answer: 1"], rater=[rating(5)], reviser=[said])
    state = await run(endpoint, rounds=9)
    assert (state["answer"], state["stopped"]) == ("1", "unchanged")
    assert len(endpoint.prompts["reviser"]) == 1


@pytest.mark.parametrize(
    "judge", [Fail(500), "no number", rating(None)], ids=["down", "odd", "silent"]
)
async def test_a_judge_that_says_nothing_leaves_the_last_version(judge: Item) -> None:
    endpoint = Endpoint(solver=["Answer: 1"], rater=[judge], reviser=["Answer: 2", "Answer: 3"])
    state = await run(endpoint, rounds=2)
    assert state["answer"] == "3"


async def test_a_solution_that_comes_back_is_revised_anew_and_not_from_the_record(
    tmp_path: Path,
) -> None:
    def circling(request: Request, rng: random.Random) -> str:
        return "Answer: 2" if request.inputs["solution"] == "Answer: 1" else "Answer: 1"

    model = SimulatedModel({"solver": lambda request, rng: "Answer: 1", "reviser": circling})
    recorded = RecordedModel(model, Journal(tmp_path / "journal.jsonl"), Budget())
    state = await refine_graph(rounds=4, rated=False).ainvoke(
        {"problem": "?"}, context=Context(model=recorded, judge=recorded)
    )
    assert [one["content"][-1] for one in state["versions"]] == ["1", "2", "1", "2", "1"]
    assert model.calls["reviser"] == 4


async def test_of_versions_that_are_worth_the_same_the_later_is_the_answer() -> None:
    endpoint = Endpoint(solver=["Answer: 1"], rater=[rating(4)], reviser=["Answer: 2"])
    assert (await run(endpoint, rounds=1))["answer"] == "2"


async def test_no_rounds_are_a_draft_and_negative_ones_are_refused() -> None:
    endpoint = Endpoint(solver=["Answer: 1"])
    assert (await run(endpoint, rounds=0, rated=False))["answer"] == "1"
    with pytest.raises(ValueError, match="at least"):
        refine_graph(rounds=-1)


async def test_several_votes_are_one_call_and_averaged() -> None:
    endpoint = Endpoint(
        solver=["Answer: 1"], rater=[[rating(1, "bad"), rating(10, "good"), rating(None)]]
    )
    state = await run(endpoint, rounds=0, votes=3)
    (only,) = state["versions"]  # type: ignore[misc]
    assert only["score"] == 0.5
    assert only["words"].split() == ["bad", "good"]
    assert len(endpoint.prompts["rater"]) == 1
