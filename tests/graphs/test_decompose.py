"""Entailment by decomposition over a scripted model and the real Lean: each way it can go."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from proofloop.core.budget import Limits
from proofloop.graphs.decompose import decompose_graph, ready_nodes, standing
from proofloop.graphs.entail_diagnosis import blamed
from proofloop.graphs.entail_step import Step
from proofloop.tools.entailment.form import read_form
from proofloop.tools.entailment.lean_text import HEADER
from proofloop.tools.entailment.problem import Node
from proofloop.tools.lean.backend import CheckRequest, LeanBackend
from support.entailment import (
    FORMS,
    PROBLEM,
    TREE,
    Script,
    all_are,
    event,
    feedback,
    is_,
    mend_answer,
    no,
    none_are,
    role_of,
    run,
    tree_answer,
)
from support.formalizing import judge_answer
from support.openai_server import Call, Hang, Item, ScriptedServer
from support.proving import Prover


async def test_each_step_is_proved_and_a_proved_step_is_a_premise_of_the_next(
    prover: Prover, lean: LeanBackend
) -> None:
    script = Script()
    state = await run(prover, script)
    assert state["status"] == "verified", state.get("why")
    assert state["used"] == ["s1", "s2", "s3"] and state["redundant"] == []
    assert state["evidence"] == {"consistent": True, "vacuous": [], "unjudged": []}
    root = state["proved"]["hypothesis"]["proof"]
    assert "(h_int1 : is_reptile named_rock)" in root and "axiom" not in root
    for step in state["proved"].values():
        report = await lean.check(CheckRequest(source=step["proof"], header=HEADER))
        assert report.accepted, report.reason
    assert script.asked.count("formalizer") == 1
    assert script.asked.count("judge") == 5


async def test_a_premise_that_no_step_needs_is_dropped(prover: Prover) -> None:
    extra = {"id": "s4", "text": "Tom is a cat."}
    problem = PROBLEM | {"sentences": [*PROBLEM["sentences"], extra]}
    tree = [TREE[0] | {"children": ["s1", "s2", "s4"]}, TREE[1]]
    script = Script(trees=[tree_answer(tree)], forms={"s4": is_("cat", "tom")})
    state = await run(prover, script, problem)
    assert state["status"] == "verified"
    assert state["used"] == ["s1", "s2", "s3"] and state["redundant"] == ["s4"]
    assert "tom" not in state["proved"]["int1"]["proof"]


async def test_a_malformed_tree_is_told_what_it_lacks_and_written_again(prover: Prover) -> None:
    cyclic = [TREE[0] | {"children": ["hypothesis", "s1"]}, TREE[1]]
    script = Script(trees=[tree_answer(cyclic), "no JSON", "still none", tree_answer(TREE)])
    state = await run(prover, script, max_rounds=3)
    assert state["status"] == "verified"
    assert "the tree has a cycle" in feedback(state, "tree")[0]
    assert len(feedback(state, "tree")) == 2  # an unreadable answer is repaired once, then counts


async def test_trees_that_stay_malformed_end_with_the_fault(prover: Prover) -> None:
    rootless = tree_answer([TREE[0]])
    script = Script(trees=[rootless] * 3)
    state = await run(prover, script, max_rounds=3)
    assert (state["status"], script.trees) == ("failed", [])
    assert "no node is called 'hypothesis'" in state["why"]
    assert script.asked == ["tree builder"] * 3


async def test_a_binding_that_clashes_names_both_sentences_and_is_asked_for_again(
    prover: Prover,
) -> None:
    script = Script(forms={"s3": [all_are("reptile", "rock"), FORMS["s3"]]})
    state = await run(prover, script)
    assert state["status"] == "verified"
    (words,) = feedback(state, "binding")
    assert words.startswith("'rock' is bound differently in s1 and s3")
    assert script.asked.count("formalizer") == 2


async def test_a_judge_that_rejects_a_form_has_it_written_again(prover: Prover) -> None:
    def judge(call: Call) -> Item:
        return judge_answer("is_turtle x → is_animal x" not in call.last, "reptiles, not turtles")

    script = Script(forms={"s3": [all_are("turtle", "animal"), FORMS["s3"]]}, judge=judge)
    state = await run(prover, script)
    assert state["status"] == "verified"
    assert feedback(state, "judge") == ["s3: reptiles, not turtles"]


async def test_a_form_that_says_it_of_everything_is_written_again(prover: Prover) -> None:
    everything = {"op": "all", "var": "x", "body": is_("reptile", "x")}
    script = Script(forms={"s2": [everything, FORMS["s2"]]})
    state = await run(prover, script)
    assert state["status"] == "verified"
    assert feedback(state, "forms")[0].startswith("s2: the form says it of everything")


async def test_nothing_is_verified_from_a_premise_without_its_condition(prover: Prover) -> None:
    everything = {"op": "all", "var": "x", "body": is_("reptile", "x")}
    given = {"problem": PROBLEM | {"tree": TREE}, "forms": {**FORMS, "s2": everything}}
    with ScriptedServer([]) as server:
        async with prover.context(server, tactics=("grind",)) as context:
            state = await decompose_graph().ainvoke(given, context=context)
    assert (state["status"], state["used"]) == ("refused", ["s2", "s3"])
    assert state["why"].startswith("s2: the form says it of everything")


@pytest.mark.parametrize("answer", ["hm", judge_answer(None)])
async def test_without_a_judge_the_forms_are_called_unjudged(prover: Prover, answer: Item) -> None:
    state = await run(prover, Script(judge=answer))
    assert state["status"] == "verified"
    assert state["evidence"]["unjudged"] == ["s1", "s2", "s3", "hypothesis"]


async def test_a_step_that_fails_is_mended_where_it_fails_and_nothing_is_proved_twice(
    prover: Prover,
) -> None:
    script = Script(
        forms={"s3": all_are("reptile", "plant")}, mends=[mend_answer("s3", FORMS["s3"])]
    )
    state = await run(prover, script)
    assert state["status"] == "verified"
    assert state["repairs"] == {"hypothesis": 1}
    assert sorted(state["proved"]) == ["hypothesis", "int1"]
    # With the proofs so far and the mended form only the root is left to verify.
    tree = tuple(Node.model_validate(item) for item in TREE)
    forms = {name: read_form(form) for name, form in FORMS.items()}
    below = {"int1": Step.model_validate(state["proved"]["int1"])}
    assert [node.id for node in ready_nodes(tree, forms, below, {})] == ["hypothesis"]


async def test_what_the_mender_is_told_says_the_world_the_goal_and_the_suspect(
    prover: Prover,
) -> None:
    told: list[str] = []

    class Listening(Script):
        def __call__(self, call: Call) -> Item:
            if role_of(call) == "mender":
                told.append(call.last)
            return super().__call__(call)

    script = Listening(
        forms={"s3": all_are("reptile", "plant")}, mends=[mend_answer("s3", FORMS["s3"])]
    )
    await run(prover, script)
    (words,) = told
    assert "The claim fails in this world" in words and "animal: none" in words
    assert "s3: nothing else in the step speaks of plant" in words
    assert "plant exchanged for animal" in words
    assert "None of them speaks of what the claim does: animal." in words
    assert "s1: All" not in words  # only the step's own sentences are shown


async def test_mends_that_say_more_than_their_text_are_refused_by_the_judge(
    prover: Prover,
) -> None:
    def judge(call: Call) -> Item:
        faithful = "All reptiles" not in call.last or "is_reptile x → is_plant x" in call.last
        return judge_answer(faithful, "not its text")

    cheat = mend_answer("s3", is_("animal", "rock"))
    script = Script(forms={"s3": all_are("reptile", "plant")}, mends=[cheat] * 3, judge=judge)
    state = await run(prover, script, repairs=3, rebuilds=0)
    assert state["status"] == "not entailed"
    assert state["failed_at"] == "hypothesis" and blamed(state["diagnosis"]) == ["s3"]
    assert all("does not say its text" in words for words in feedback(state, "mend"))


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (mend_answer("s1", FORMS["s1"]), "'s1' is no part of this step"),
        (mend_answer("s3", all_are("reptile", "plant")), "this is the form that s3 has"),
        (mend_answer("s3", is_("reptile", "x")), "the variable 'x' is not bound"),
        (mend_answer("s3", all_are("reptile", "rock")), "'rock' is bound differently"),
        (mend_answer("s3", {"op": "axiom"}), "s3"),
    ],
)
async def test_a_mend_that_cannot_be_taken_is_told_why(
    prover: Prover, answer: str, complaint: str
) -> None:
    unreadable = "axiom" in answer
    mends: list[Item] = [answer, *([answer] if unreadable else []), mend_answer("s3", FORMS["s3"])]
    script = Script(forms={"s3": all_are("reptile", "plant")}, mends=mends)
    state = await run(prover, script)
    assert state["status"] == "verified"
    if not unreadable:
        assert complaint in feedback(state, "mend")[0]
    assert state["repairs"] == {"hypothesis": 2}


async def test_after_the_cap_the_tree_is_rebuilt_once_and_then_it_ends(prover: Prover) -> None:
    other = [{"id": "hypothesis", "claim": "Rock is an animal.", "children": ["s1", "s2", "s3"]}]
    wrong = [mend_answer("s3", all_are("reptile", f"plant{n}")) for n in range(4)]
    script = Script(
        trees=[tree_answer(TREE), tree_answer(other)],
        forms={"s3": all_are("reptile", "plant")},
        mends=list(wrong),
    )
    state = await run(prover, script, repairs=2, rebuilds=1)
    assert (state["status"], state["how"]) == ("not entailed", "countermodel")
    assert (state["rebuilds"], script.mends) == (1, [])
    assert script.asked.count("tree builder") == 2
    assert "Rock" not in state["evidence"]["described"].split("animal:")[1].splitlines()[0]


async def test_a_contradiction_among_premises_is_never_a_success(prover: Prover) -> None:
    problem = PROBLEM | {
        "sentences": [*PROBLEM["sentences"], {"id": "s4", "text": "Rock is not a reptile."}]
    }
    tree = [TREE[0], TREE[1] | {"children": ["int1", "s3", "s4"]}]
    script = Script(
        trees=[tree_answer(tree)],
        forms={"s4": no(is_("reptile", "rock"))},
        mends=[mend_answer("", None, "they contradict each other")],
    )
    state = await run(prover, script, problem, rebuilds=0)
    assert state["status"] == "contradiction"
    assert state["used"] == ["s1", "s2", "s4"]
    assert "hypothesis" not in state["proved"]


async def test_a_contradiction_that_the_proof_does_not_rest_on_is_told(prover: Prover) -> None:
    more = [{"id": "s4", "text": "Tom is a cat."}, {"id": "s5", "text": "Tom is not a cat."}]
    problem = PROBLEM | {"sentences": [*PROBLEM["sentences"], *more]}
    script = Script(forms={"s4": is_("cat", "tom"), "s5": no(is_("cat", "tom"))})
    state = await run(prover, script, problem)
    assert (state["status"], state["used"]) == ("verified", ["s1", "s2", "s3"])
    assert state["why"].endswith("these contradict each other: s4, s5")


async def test_a_contradiction_between_two_branches_is_found_at_the_end(prover: Prover) -> None:
    """Each step is sound by itself, but what the root rests on cannot hold together."""
    problem = {
        "id": "p",
        "sentences": [
            {"id": "s1", "text": "Rock is a turtle."},
            {"id": "s2", "text": "All turtles are slow."},
            {"id": "s3", "text": "Rock is fast."},
            {"id": "s4", "text": "Everything fast is quick, and no turtle."},
        ],
        "hypothesis": "Rock is slow and quick.",
    }
    tree = [
        {"id": "int1", "claim": "Rock is slow.", "children": ["s1", "s2"]},
        {"id": "int2", "claim": "Rock is quick.", "children": ["s3", "s4"]},
        {"id": "hypothesis", "claim": "Rock is slow and quick.", "children": ["int1", "int2"]},
    ]
    both = {"op": "and", "parts": [is_("quick", "x"), no(is_("turtle", "x"))]}
    rule = {"op": "all", "var": "x", "body": {"op": "if", "given": is_("fast", "x"), "then": both}}
    forms = {
        "s2": all_are("turtle", "slow"),
        "s3": is_("fast", "rock"),
        "s4": rule,
        "int1": is_("slow", "rock"),
        "int2": is_("quick", "rock"),
        "hypothesis": {"op": "and", "parts": [is_("slow", "rock"), is_("quick", "rock")]},
    }
    state = await run(prover, Script(trees=[tree_answer(tree)], forms=forms), problem)
    assert set(state["proved"]) == {"int1", "int2", "hypothesis"}
    assert state["status"] == "contradiction"
    assert state["used"] == ["s1", "s3", "s4"]


async def test_a_hypothesis_whose_negation_follows_is_not_entailed(prover: Prover) -> None:
    script = Script(
        forms={"s3": none_are("reptile", "animal")}, mends=[mend_answer("", None, "it is false")]
    )
    state = await run(prover, script, rebuilds=0)
    assert (state["status"], state["how"]) == ("not entailed", "negation")
    assert state["used"] == ["s1", "s2", "s3"]
    assert "¬" in state["evidence"]["proof"]


async def test_a_bad_tree_does_not_hide_that_the_sentences_entail_it(prover: Prover) -> None:
    tree = [{"id": "hypothesis", "claim": "Rock is an animal.", "children": ["s1", "s3"]}]
    script = Script(trees=[tree_answer(tree)], mends=[mend_answer("", None)])
    state = await run(prover, script, rebuilds=0)
    assert (state["status"], state["used"]) == ("verified", ["s1", "s2", "s3"])


async def test_a_given_tree_is_used_before_any_is_asked_for(prover: Prover) -> None:
    script = Script(trees=[])
    state = await run(prover, script, PROBLEM | {"tree": TREE})
    assert state["status"] == "verified" and "tree builder" not in script.asked


async def test_swapped_roles_are_found_and_blamed(prover: Prover) -> None:
    problem = {
        "id": "p",
        "sentences": [
            {"id": "s1", "text": "The cat chases the dog."},
            {"id": "s2", "text": "Whoever is chased by the cat is scared."},
        ],
        "hypothesis": "The dog is scared.",
    }
    chased = event("chase", agent="the_cat", patient="x")
    rule = {
        "op": "all",
        "var": "x",
        "body": {"op": "if", "given": chased, "then": is_("scared", "x")},
    }
    right = event("chase", agent="the_cat", patient="the_dog")
    script = Script(
        trees=[tree_answer([{"id": "hypothesis", "claim": "", "children": ["s1", "s2"]}])],
        forms={
            "s1": event("chase", agent="the_dog", patient="the_cat"),
            "s2": rule,
            "hypothesis": is_("scared", "the_dog"),
        },
        mends=[mend_answer("s1", right)],
    )
    state = await run(prover, script, problem)
    assert state["status"] == "verified"
    assert "agent and patient of chase swapped" in state["diagnosis"]["words"]


async def test_a_sentence_that_cannot_be_said_is_left_out_and_named(prover: Prover) -> None:
    script = Script(forms={"s3": None}, mends=[mend_answer("", None)])
    state = await run(prover, script, rebuilds=0)
    assert state["status"] == "refused"
    assert "unread: s3" in state["why"]


async def test_a_spent_budget_ends_partial_and_more_of_it_goes_on(prover: Prover) -> None:
    script = Script()
    state = await run(prover, script, limits=Limits(calls=3))
    assert "budget of 3 calls" in state["partial"]
    asked = len(script.asked)
    state = await run(prover, script, limits=Limits(calls=50))
    assert state["status"] == "verified"
    assert script.asked.count("tree builder") == 1 and len(script.asked) > asked


async def test_steps_of_one_level_are_verified_at_the_same_time(
    lean: LeanBackend, tmp_path: Path
) -> None:
    """Both lower steps need the model, which answers neither: both are asked for all the same."""
    problem = {
        "id": "p",
        "sentences": [
            {"id": "s1", "text": "Rock is a turtle."},
            {"id": "s2", "text": "Tom is a cat."},
        ],
        "hypothesis": "Rock is a turtle and Tom is a cat.",
        "tree": [
            {"id": "int1", "claim": "Rock is a turtle.", "children": ["s1"]},
            {"id": "int2", "claim": "Tom is a cat.", "children": ["s2"]},
            {"id": "hypothesis", "claim": "", "children": ["int1", "int2"]},
        ],
    }
    claims = {"int1": is_("turtle", "rock"), "int2": is_("cat", "tom")}
    both = {"op": "and", "parts": list(claims.values())}
    script = Script(
        forms={"s1": claims["int1"], "s2": claims["int2"], **claims, "hypothesis": both}
    )

    def answer(call: Call) -> Item:
        return Hang() if role_of(call) == "prover" else script(call)

    def both_asked(calls: list[Call]) -> bool:
        return sum(role_of(call) == "prover" for call in calls) == 2

    with ScriptedServer(answer) as server:
        going = asyncio.create_task(
            Prover(lean, tmp_path / "r")(
                decompose_graph, server, inputs={"problem": problem}, samples=1
            )
        )
        assert await asyncio.to_thread(server.wait_until, both_asked, 60)
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)


def test_a_proof_does_not_outlive_the_proof_of_what_it_rests_on() -> None:
    tree = tuple(Node.model_validate(item) for item in TREE)
    current = {"int1": "changed", "hypothesis": "as before"}
    steps = {name: Step(outcome="proved", statement="as before") for name in current}
    assert standing(tree, steps, current) == {}
    assert set(standing(tree, steps, current | {"int1": "as before"})) == set(current)


def test_the_forms_of_the_tests_are_forms() -> None:
    for form in FORMS.values():
        read_form(form)
