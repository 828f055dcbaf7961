"""Self-consistency, best of N and iterative decoding on the scripted endpoint."""

from __future__ import annotations

import json

import pytest

from proofloop.core.errors import ModelRejected, ModelUnavailable
from proofloop.graphs.best_of_n import best_of_n_graph
from proofloop.graphs.context import Context
from proofloop.graphs.iad import iad_graph
from proofloop.graphs.self_consistency import self_consistency_graph
from support.llm import client
from support.openai_server import Call, Fail, Item, Say, ScriptedServer


def is_judge(call: Call) -> bool:
    return str(call.body["messages"][0]["content"]).startswith("You rate")


async def test_the_answer_of_most_samples_is_the_answer() -> None:
    texts = ["Answer: 1", "Answer: 2", "no idea", r"so \boxed{2}"]
    with ScriptedServer(lambda call: Say(texts[: call.n])) as server:
        model = client(server)
        state = await self_consistency_graph(n=4).ainvoke(
            {"problem": "1 + 1?"}, context=Context(model=model, judge=model)
        )
        await model.aclose()
    assert state["answer"] == "2"
    assert state["selection"]["votes"][0]["weight"] == 2


async def test_the_highest_score_wins_and_a_malformed_one_is_none() -> None:
    def script(call: Call) -> Item:
        if not is_judge(call):
            return Say(["Answer: 1", "Answer: 2", "Answer: 3"])
        if "Answer: 1" in call.last:
            return json.dumps({"rating": 3})
        return json.dumps({"rating": 9}) if "Answer: 2" in call.last else "ten out of ten"

    with ScriptedServer(script) as server:
        model = client(server)
        state = await best_of_n_graph(n=3).ainvoke(
            {"problem": "1 + 1?"}, context=Context(model=model, judge=model)
        )
        await model.aclose()
    assert state["answer"] == "2"
    assert len(state["selection"]["scores"]) == 2


async def test_each_round_sees_the_best_and_the_worst_and_keeps_the_better() -> None:
    seen: list[str] = []

    def script(call: Call) -> Item:
        if is_judge(call):
            value = 10 if "Answer: 9" in call.last else 4 if "Answer: 4" in call.last else 2
            return json.dumps({"rating": value, "reasons": f"worth {value}"})
        seen.append(call.last)
        return Say(["Answer: 4", "Answer: 2"] if len(seen) == 1 else ["Answer: 3", "Answer: 9"])

    with ScriptedServer(script) as server:
        model = client(server)
        state = await iad_graph(k=2, rounds=5).ainvoke(
            {"problem": "?"}, context=Context(model=model, judge=model)
        )
        await model.aclose()
    assert state["answer"] == "9"
    assert state["round"] == 2  # the highest score ends it
    assert "best attempt so far (score 0.33 of 1):\nAnswer: 4" in seen[1]
    assert "worst attempt so far (score 0.11 of 1):\nAnswer: 2" in seen[1]
    assert "worth 4" in seen[1]


async def test_a_judge_that_is_refused_ends_the_run_with_its_word() -> None:
    def script(call: Call) -> Item:
        return Fail(400) if is_judge(call) else Say(["Answer: 1", "Answer: 2"])

    with ScriptedServer(script) as server:
        model = client(server)
        with pytest.raises(ModelRejected, match="scripted failure"):  # the user's to mend
            await iad_graph(k=2, rounds=2).ainvoke(
                {"problem": "?"}, context=Context(model=model, judge=model)
            )
        await model.aclose()


async def test_an_endpoint_that_is_down_is_an_error_not_an_empty_answer() -> None:
    with ScriptedServer(lambda call: Fail(503)) as server:
        model = client(server)
        with pytest.raises(ModelUnavailable):
            await self_consistency_graph(n=2).ainvoke(
                {"problem": "?"}, context=Context(model=model, judge=model)
            )
        await model.aclose()
