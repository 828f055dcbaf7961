"""FormalMATH's pipeline with the real Lean, scripted formalizers and judges."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proofloop.agents.judge import ConsistencyJudge
from proofloop.agents.llm.base import Model
from proofloop.agents.panel.panel import Panel
from proofloop.core.budget import Limits
from proofloop.graphs.formalmath import formalmath_graph
from proofloop.graphs.runner import run_resumable
from proofloop.tools.review import ReviewQueue
from support.formalizers import Script
from support.formalizing import (
    BRIEF,
    FALSE,
    GOOD,
    INPUTS,
    UNBALANCED,
    VACUOUS,
    WRONG_TYPE,
    Formalizer,
    judge_answer,
    lean_answer,
    stages,
    system,
)
from support.openai_server import Call, Fail, Item, Say, ScriptedServer

SAME = "theorem even_sum (m n : ℕ) (h : 2 ∣ m ∧ 2 ∣ n) : 2 ∣ m + n"
ONE = "theorem even_sum (a : ℕ) (h : Even a) : Even (a + a)"
ALL = [GOOD, WRONG_TYPE, UNBALANCED, FALSE, VACUOUS, SAME, ONE, GOOD]


def script(
    statements: list[str], judge: Callable[[Call], Item] = lambda call: judge_answer(True)
) -> Callable[[Call], Item]:
    """A formalizer that writes these, a back-translator that quotes the Lean, and a judge."""

    def answer(call: Call) -> Item:
        if "You formalize" in system(call):
            return Say([lean_answer(text) for text in statements])
        if "You read Lean" in system(call):
            return json.dumps({"informal": f"it says {call.last}"})
        return judge(call)

    return answer


def one_number(call: Call) -> Item:
    return judge_answer("(a : ℕ)" not in call.last, "one number only")


@pytest.fixture
def queue(tmp_path: Path) -> ReviewQueue:
    return ReviewQueue(tmp_path / "review.sqlite")


async def test_every_stage_drops_what_is_its_own_and_counts_the_rest(
    formalizer: Formalizer, queue: ReviewQueue
) -> None:
    with ScriptedServer(script(ALL, one_number)) as server:
        state = await formalizer.run(formalmath_graph, server, bounds={"samples": 8}, reviews=queue)
    assert state["funnel"] == {
        "in": 8, "compiled": 6, "consistent": 5, "not_refuted": 3, "to_review": 1,
    }  # fmt: skip
    fell = [one["fell"] for one in state["samples"]]
    assert fell == ["", "lean", "precheck", "false", "vacuous", "", "judge", ""]
    assert (state["status"], state["statement"]) == ("consistent", GOOD)
    assert set(stages(state)) == {"lean", "precheck", "false", "vacuous", "judge"}
    words = {item["stage"]: item["feedback"] for item in state["rejected"]}
    assert words["false"].startswith("false: for") and "contradict" in words["vacuous"]
    (item,) = queue.items()
    assert item.item.statement == GOOD
    assert (item.item.samples, item.item.others) == (3, (SAME,))
    assert str(item.item.votes[0]["back_translation"]).startswith("it says")
    assert state["queued"] == [item.id]


async def test_each_meaning_is_queued_once_and_the_warnings_go_with_it(
    formalizer: Formalizer, queue: ReviewQueue
) -> None:
    minus = "theorem even_sum (a b : ℕ) (h : a - b = 0) : a ≤ b"
    with ScriptedServer(script([minus, GOOD, SAME, minus])) as server:
        state = await formalizer.run(formalmath_graph, server, reviews=queue)
    assert state["funnel"]["to_review"] == 2
    items = {one.item.statement: one.item for one in queue.items()}
    assert set(items) == {minus, GOOD}
    assert any("a - b" in words for words in items[minus].warnings), items[minus].warnings


async def test_all_judges_must_agree_and_all_are_heard(formalizer: Formalizer) -> None:
    def panel(model: Model) -> Panel:
        strict = ConsistencyJudge(model, name="strict", rubric="Count the numbers.")
        return Panel([ConsistencyJudge(model, name="kind"), strict], shuffle=False)

    def judge(call: Call) -> Item:
        return judge_answer("Heed" not in system(call), "I doubt it")

    with ScriptedServer(script([GOOD], judge)) as server:
        state = await formalizer.run(formalmath_graph, server, bounds={"samples": 1}, panel=panel)
    assert (state["status"], stages(state)) == ("exhausted", ["judge"])
    assert "strict (not consistent): I doubt it" in state["rejected"][0]["feedback"]
    votes = state["samples"][0]["verdict"]["evidence"]["votes"]
    assert [vote["judge"] for vote in votes] == ["kind", "strict"]
    assert state["funnel"] == {
        "in": 1, "compiled": 1, "consistent": 0, "not_refuted": 0, "to_review": 0,
    }  # fmt: skip


@pytest.mark.parametrize("answer", [judge_answer(None), "hm"])
async def test_without_a_verdict_nothing_goes_on_and_it_says_so(
    formalizer: Formalizer, answer: Item
) -> None:
    with ScriptedServer(script([GOOD] * 4, lambda call: answer)) as server:
        state = await formalizer.run(formalmath_graph, server)
    assert (state["status"], stages(state)) == ("unjudged", ["undecided"])
    assert state["funnel"]["consistent"] == 0
    assert "4 at undecided" in state["why"]


async def test_a_refuted_statement_alone_leaves_nothing(formalizer: Formalizer) -> None:
    with ScriptedServer(script([FALSE, FALSE, VACUOUS, FALSE])) as server:
        state = await formalizer.run(formalmath_graph, server)
    assert (state["status"], state["queued"]) == ("exhausted", [])
    assert stages(state) == ["false", "vacuous"]
    assert (state["funnel"]["consistent"], state["funnel"]["not_refuted"]) == (4, 0)


@pytest.mark.parametrize("found", [True, False])
async def test_a_model_can_prove_a_negation_that_the_search_does_not_find(
    formalizer: Formalizer, found: bool
) -> None:
    """What is false for 100000 alone; of two proofs of its negation the second is one, or none."""
    far = "theorem even_sum (n : ℕ) : n * n ≠ 10000000000"

    def prove(call: Call) -> Item:
        asked = re.search(r"(theorem hygiene_negation.*) := by", call.last, re.DOTALL)
        assert asked
        value = 100000 if found and len(script.seen["prover"]) == 2 else 99999
        proof = f"{asked[1]} := fun all => all {value} (by decide)"
        return json.dumps({"proof": proof})

    script = Script([far], prover=prove)
    bounds = {"samples": 1, "negations": 2}
    with ScriptedServer(script) as server:
        state = await formalizer.run(formalmath_graph, server, bounds=bounds, hygiene=BRIEF)
    assert len(script.seen["prover"]) == 2
    left = {"in": 1, "compiled": 1, "consistent": 1, "not_refuted": 1}
    assert state["funnel"] == left | dict.fromkeys(("not_negated", "to_review"), int(not found))
    if found:
        assert (state["status"], stages(state)) == ("exhausted", ["negated"])
        assert "1 at negated" in state["why"]
        assert "all 100000 (by decide)" in state["rejected"][0]["feedback"]
    else:
        assert (state["status"], state["statement"]) == ("consistent", far)


async def test_what_the_search_has_proved_needs_no_negation(formalizer: Formalizer) -> None:
    script = Script(["theorem even_sum (n : ℕ) : n + 0 = n"])
    bounds = {"samples": 1, "negations": 2}
    with ScriptedServer(script) as server:
        state = await formalizer.run(formalmath_graph, server, bounds=bounds)
    assert (state["status"], "prover" in script.seen) == ("consistent", False)


async def test_several_formalizers_write_and_one_that_is_down_costs_only_its_own(
    formalizer: Formalizer,
) -> None:
    down: Callable[[Call], Item] = lambda call: Fail(503)  # noqa: E731
    with (
        ScriptedServer(script([GOOD, WRONG_TYPE])) as first,
        ScriptedServer(script([SAME, GOOD])) as second,
        ScriptedServer(down) as third,
    ):
        async with (
            formalizer.context(first, bounds={"samples": 2}) as one,
            formalizer.context(second) as two,
            formalizer.context(third) as three,
        ):
            context = replace(one, formalizers=(one.model, two.model, three.model))
            state = await formalmath_graph(prove=False).ainvoke(INPUTS, context=context)
    assert [one["fell"] for one in state["samples"]] == ["", "lean", "", "", "down", "down"]
    assert "503" in state["down"]
    assert (state["status"], state["funnel"]["in"], state["funnel"]["compiled"]) == (
        "consistent", 6, 3,
    )  # fmt: skip


async def test_a_text_that_all_decline_is_refused(formalizer: Formalizer) -> None:
    with ScriptedServer([Say([lean_answer("", "no reals")] * 4)]) as server:
        state = await formalizer.run(formalmath_graph, server)
    assert (state["status"], state["notes"]) == ("refused", "no reals")


async def test_it_can_be_taken_up_at_every_stage(
    formalizer: Formalizer, queue: ReviewQueue
) -> None:
    """Broken off when each node in turn has come to its end, before that is saved: the next run
    goes on with this node, and asks nothing again."""
    nodes: list[str] = []

    class Stop(Exception):
        pass

    async def until(server: ScriptedServer, stop: str) -> dict[str, Any]:
        def hear(node: str, update: Any) -> None:
            nodes.append(node)
            if node == stop:
                raise Stop

        async with formalizer.context(server, bounds={"samples": 8}, reviews=queue) as context:
            return await run_resumable(
                lambda saver: formalmath_graph(saver, prove=False), INPUTS, context,
                formalizer.folder / "checkpoints.sqlite", thread="main", on_update=hear,
            )  # fmt: skip

    stops = ["sample", "compile", "judge", "refute"]
    with ScriptedServer(script(ALL, one_number)) as server:
        for stop in stops:
            with pytest.raises(Stop):
                await until(server, stop)
        state = await until(server, "")
        calls = len(server.calls)
        assert await until(server, "") == state
    assert nodes == [*(node for stop in stops for node in (stop, stop)), "queue"]
    assert len(server.calls) == calls == 1 + 2 * 5
    assert state["funnel"]["to_review"] == len(queue) == 1


async def test_more_budget_goes_on_where_it_ended(formalizer: Formalizer) -> None:
    with ScriptedServer(script([GOOD, SAME, ONE, GOOD], one_number)) as server:
        first = await formalizer.run(formalmath_graph, server, limits=Limits(calls=3))
        assert "budget of 3 calls" in first["partial"]
        assert first["funnel"]["compiled"] == 4
        second = await formalizer.run(formalmath_graph, server)
    assert (second["status"], second["funnel"]["consistent"]) == ("consistent", 3)
    assert len(server.calls) == 7
