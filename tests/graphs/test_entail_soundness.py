"""What may be called verified, and what a run does that a model or judge is down for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proofloop.core.errors import ModelUnavailable
from proofloop.datasets.entail import EntailResult, run_entailments
from proofloop.graphs import entail_step
from proofloop.graphs.decompose import decompose_graph
from proofloop.graphs.entail_step import verify_step
from proofloop.graphs.prove import check_proof
from proofloop.tools.entailment.form import read_form
from proofloop.tools.entailment.lean_text import HEADER, statement
from proofloop.tools.entailment.problem import EntailmentProblem
from support.entailment import (
    FORMS,
    PROBLEM,
    TREE,
    Script,
    all_are,
    is_,
    mend_answer,
    no,
    none_are,
    role_of,
    run,
    sentences,
    tree_answer,
)
from support.formalizing import judge_answer
from support.openai_server import Call, Fail, Item, ScriptedServer
from support.proving import Prover


@pytest.mark.parametrize("role", ["tree builder", "formalizer", "judge", "mender"])
async def test_who_is_down_is_asked_again_by_the_next_run_and_nobody_else(
    prover: Prover, role: str
) -> None:
    script = Script(
        forms={"s3": all_are("reptile", "plant")}, mends=[mend_answer("s3", FORMS["s3"])]
    )
    up, heard = [False], list[str]()

    def answer(call: Call) -> Item:
        if role_of(call) == role and not up[0]:
            return Fail(503)
        heard.append(role_of(call))
        return script(call)

    async def go() -> dict[str, Any]:
        inputs = {"problem": PROBLEM}
        return await prover(decompose_graph, server, inputs=inputs, tactics=("grind",))

    with ScriptedServer(answer) as server:
        with pytest.raises(ModelUnavailable, match="503"):
            await go()
        up[0] = True
        state = await go()
    assert state["status"] == "verified" and state["evidence"]["unjudged"] == []
    assert heard == ["tree builder", "formalizer", *["judge"] * 5, "mender", "judge"]


async def test_a_problem_whose_judge_is_down_is_taken_up_by_the_next_run(prover: Prover) -> None:
    up, script = [False], Script()
    problem = EntailmentProblem.model_validate(PROBLEM | {"tree": TREE})

    def answer(call: Call) -> Item:
        return script(call) if up[0] or role_of(call) != "judge" else Fail(503)

    async def go() -> EntailResult:
        async with prover.context(server, tactics=("grind",)) as context:
            (result,) = await run_entailments([problem], context, prover.folder, concurrency=1)
        return result

    with ScriptedServer(answer) as server:
        first, up[0] = await go(), True
        second = await go()
    assert (first.status, second.status) == ("down", "verified")
    assert "503" in first.why and second.unjudged == ()
    assert script.asked == ["formalizer", *["judge"] * 5]


async def test_a_mend_is_judged_for_what_it_is(prover: Prover) -> None:
    """The form before it was confirmed; the judges cannot tell of the new one."""

    def judge(call: Call) -> Item:
        return judge_answer(None if "is_reptile x → is_animal x" in call.last else True)

    script = Script(
        forms={"s3": all_are("reptile", "plant")},
        mends=[mend_answer("s3", FORMS["s3"])],
        judge=judge,
    )
    state = await run(prover, script)
    assert state["status"] == "verified"
    assert state["evidence"]["unjudged"] == ["s3"]


async def test_a_claim_keeps_its_form_only_while_the_tree_claims_it(prover: Prover) -> None:
    """int1 is another claim in each of three trees; the second has none of that name."""
    root = TREE[1] | {"children": ["int1", "s1"]}
    without = TREE[1] | {"children": ["s1", "s3"]}
    other = TREE[0] | {"claim": "Rock is slow."}
    script = Script(
        trees=[tree_answer([TREE[0], root]), tree_answer([without]), tree_answer([other, root])],
        forms={"int1": [FORMS["int1"], is_("slow", "rock")]},
        mends=[mend_answer("", None)] * 3,
    )
    state = await run(prover, script, rebuilds=2)
    assert [names for names in script.sentences if "int1" in names][1:] == [["int1"]]
    assert state["forms"]["int1"]["kind"] == "slow"


async def test_a_proof_that_words_the_statement_in_its_own_way_is_kept_as_lean_took_it(
    prover: Prover,
) -> None:
    given, claim = sentences(s1=FORMS["s1"], s2=FORMS["s2"]), read_form(FORMS["int1"])
    asked = statement(given, claim, name="int1")
    proof = " ".join(asked.split()) + " := h_s2 _ h_s1"
    with ScriptedServer([json.dumps({"proof": proof})]) as server:
        async with prover.context(server) as context:
            step = await verify_step(context, given, claim, name="int1")
            report = await check_proof(context, asked, HEADER, step.proof)
    assert (step.outcome, step.proof, step.used) == ("proved", proof, ("s1", "s2"))
    assert report.accepted, report.reason


async def test_a_proof_by_a_contradiction_that_automation_misses_is_a_contradiction(
    prover: Prover, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here automation has no tactic at all; the model's proof shows ``False`` as well."""
    monkeypatch.setattr(entail_step, "TACTICS", ())
    given = sentences(s1=FORMS["s1"], s2=no(FORMS["s1"]), s3=FORMS["s2"])
    claim = read_form(FORMS["hypothesis"])
    proof = statement(given, claim, name="n") + " := by\n  exact absurd h_s1 h_s2"
    with ScriptedServer([json.dumps({"proof": proof})]) as server:
        async with prover.context(server) as context:
            step = await verify_step(context, given, claim, name="n")
    assert (step.outcome, step.used) == ("contradiction", ("s1", "s2"))


async def test_what_holds_because_there_is_no_such_thing_is_called_vacuous(prover: Prover) -> None:
    """A premise with a slip: no turtle is a reptile. What all turtles are then matters no more."""
    problem = PROBLEM | {
        "sentences": [
            {"id": "s1", "text": "No turtles are reptiles."},
            *PROBLEM["sentences"][1:],
        ],
        "hypothesis": "All turtles are plants.",
    }
    children = ["s1", "s2", "s3"]
    script = Script(
        trees=[tree_answer([{"id": "hypothesis", "claim": "", "children": children}])],
        forms={"s1": none_are("turtle", "reptile"), "hypothesis": all_are("turtle", "plant")},
    )
    state = await run(prover, script, problem)
    assert (state["status"], state["evidence"]["consistent"]) == ("verified", True)
    assert "hypothesis" in state["evidence"]["vacuous"]
    assert state["why"].endswith("is about, by s1, s2")
