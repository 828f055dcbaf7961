"""Trees of EntailmentBank with forms by hand, over a scripted model and the real Lean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proofloop.datasets.entailment import sample
from proofloop.datasets.folio_formulas import bank_forms
from proofloop.graphs.entail_diagnosis import Asked, blamed
from proofloop.graphs.entail_missing import hopeful
from proofloop.graphs.entailing import sentences_of
from proofloop.tools.entailment.edits import edits
from proofloop.tools.entailment.form import Form, Sentence, read_form
from proofloop.tools.entailment.problem import EntailmentProblem
from proofloop.tools.entailment.symbols import symbol_table
from proofloop.tools.entailment.worlds import find_world
from support.entailment import Script, event, feedback, mend_answer, run, sentences
from support.proving import Prover

BANK = bank_forms()
PROBLEMS = {problem.id: problem for problem in sample("entailment_bank") if problem.id in BANK}
GEOTHERMAL = "Mercury_7068653"  # four steps, one above the other


def forms_of(name: str) -> dict[str, Any]:
    return {key: form.model_dump(mode="json") for key, form in BANK[name].items()}


def problem_of(name: str) -> dict[str, Any]:
    return PROBLEMS[name].model_dump(mode="json")


def steps(problem: EntailmentProblem, forms: dict[str, Form]) -> dict[str, Asked]:
    return {
        node.id: Asked(tuple(sentences_of(node.children, forms)), forms[node.id])
        for node in problem.tree
    }


def swapped(name: str, sentence: str) -> dict[str, Any]:
    found = [each for each in edits(BANK[name][sentence], {}) if each.kind == "swap roles"]
    return found[-1].form.model_dump(mode="json")


@pytest.mark.parametrize("name", BANK)
def test_every_step_holds_and_needs_all_its_sentences_in_small_worlds(name: str) -> None:
    problem, forms = PROBLEMS[name], BANK[name]
    assert len(problem.tree) >= 3 and not symbol_table(sentences_of(list(forms), forms))[1]
    assert all(asked.holds() for asked in steps(problem, forms).values())


async def test_a_tree_of_four_steps_is_verified_with_one_call_for_all_its_forms(
    prover: Prover,
) -> None:
    script = Script(trees=[], forms=forms_of(GEOTHERMAL))
    state = await run(prover, script, problem_of(GEOTHERMAL))
    assert state["status"] == "verified", state.get("why")
    assert list(state["proved"]) == ["int1", "int2", "int3", "hypothesis"]
    assert state["evidence"]["consistent"] is True and state["redundant"] == []
    assert script.asked == ["formalizer", *["judge"] * len(BANK[GEOTHERMAL])]


async def test_a_corrupted_premise_is_blamed_and_only_its_node_is_asked_about_again(
    prover: Prover,
) -> None:
    forms = forms_of(GEOTHERMAL)
    script = Script(
        trees=[],
        forms=forms | {"sent2": swapped(GEOTHERMAL, "sent2")},
        mends=[mend_answer("sent2", forms["sent2"])],
    )
    state = await run(prover, script, problem_of(GEOTHERMAL))
    assert state["status"] == "verified", state.get("why")
    assert state["diagnosis"]["node"] == "int3" and blamed(state["diagnosis"]) == ["sent2"]
    # One form is written anew and judged; the two steps below are not asked for again.
    count = len(forms)
    assert script.asked == ["formalizer", *["judge"] * count, "mender", "judge"]
    assert state["repairs"] == {"int3": 1}
    journal = (prover.folder / "journal.jsonl").read_text("utf-8")
    assert journal.count("theorem step_int1 ") == journal.count("theorem step_int1 (W") > 0


async def test_a_role_that_differs_from_the_other_nodes_is_asked_for_again(prover: Prover) -> None:
    """An event of "HavePotential" has an agent and a goal in all sentences but one."""
    forms = forms_of(GEOTHERMAL)
    wrong = json.loads(json.dumps(forms["int3"]).replace('"goal"', '"patient"'))
    script = Script(trees=[], forms=forms | {"int3": [wrong, forms["int3"]]})
    script.forms |= {
        name: [forms[name]] * 2 for name in ("sent2", "hypothesis")
    }  # what it clashes with may be the one that is wrong
    state = await run(prover, script, problem_of(GEOTHERMAL))
    assert state["status"] == "verified", state.get("why")
    assert "'r_have_potential' is bound differently" in feedback(state, "binding")[0]
    assert len(script.sentences) == 2 and set(script.sentences[1]) <= {
        "sent2",
        "int3",
        "hypothesis",
    }


async def test_a_step_that_is_not_literal_names_the_premise_that_it_lacks(prover: Prover) -> None:
    name = "Mercury_SC_LBS10900"
    problem = problem_of(name)
    problem["sentences"] = [each for each in problem["sentences"] if each["id"] != "sent1"]
    problem["tree"][0]["children"] = ["sent2"]
    script = Script(trees=[], forms=forms_of(name), mends=[mend_answer("", None, "not literal")])
    state = await run(prover, script, problem, rebuilds=0)
    assert state["failed_at"] == "int1" and state["status"] == "not entailed"
    assert state["diagnosis"]["missing"][0]["what"] == "what is p_hunting is p_skill"


def test_a_bridge_may_exchange_who_does_it_and_whom_it_is_done_to() -> None:
    given = sentences(s1=event("part_of", agent="wheel", patient="car"))
    claim = read_form(event("contain", agent="car", patient="wheel"))
    (bridge,) = hopeful(given, claim)
    assert bridge.what == "part_of is contain too, with agent and patient exchanged"
    more = [*given, Sentence(id="bridge", form=bridge.form)]
    assert find_world(given, claim) is not None and find_world(more, claim) is None
