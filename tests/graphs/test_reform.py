"""ReForm against a real HTTP server and the real Lean."""

import json

import pytest

from proofloop.graphs.reform import reform_graph
from support.formalizing import (
    GOOD,
    UNBALANCED,
    WEAK,
    WRONG_TYPE,
    Formalizer,
    lean_answer,
    stages,
)
from support.openai_server import Call, Item, ScriptedServer


def critique(consistent: bool | None, comments: str = "looked at it") -> str:
    return json.dumps({"consistent": consistent, "comments": comments})


def opinion(faithful: bool | None, reasons: str = "so it is") -> str:
    return json.dumps({"faithful": faithful, "reasons": reasons})


YES, RIGHT = critique(True), opinion(True)


async def test_a_confirmed_critique_accepts(formalizer: Formalizer) -> None:
    with ScriptedServer([lean_answer(GOOD), YES, RIGHT]) as server:
        state = await formalizer.run(reform_graph, server)
    assert (state["status"], state["statement"]) == ("consistent", GOOD)
    assert state["verdict"]["passed"] is True
    assert state["critiques"][0]["faithful"] is True
    body = server.calls[0].body
    assert (body["temperature"], body["top_p"]) == (0.6, 0.95)


async def test_history_goes_into_the_next_statement_and_its_critique(
    formalizer: Formalizer,
) -> None:
    script = [
        lean_answer(WRONG_TYPE),
        lean_answer(WEAK),
        critique(False, "it speaks of one number only"),
        RIGHT,
        lean_answer(GOOD),
        YES,
        RIGHT,
    ]
    with ScriptedServer(script) as server:
        state = await formalizer.run(reform_graph, server)
    assert (state["status"], stages(state)) == ("consistent", ["lean", "critique"])
    assert "Function expected" in server.calls[1].last
    for call in server.calls[4:6]:
        assert WRONG_TYPE in call.last and "it speaks of one number only" in call.last


async def test_a_critique_found_wrong_is_written_anew_with_the_objection(
    formalizer: Formalizer,
) -> None:
    script = [
        lean_answer(GOOD),
        critique(False, "0 is missing"),
        opinion(False, "0 is even, and a natural number"),
        YES,
        RIGHT,
    ]
    with ScriptedServer(script) as server:
        state = await formalizer.run(reform_graph, server)
    assert (state["status"], stages(state)) == ("consistent", [])
    again = server.calls[3].last
    assert "Critique (not consistent): 0 is missing" in again
    assert "Objection: 0 is even" in again
    assert [item["faithful"] for item in state["critiques"]] == [False, True]


@pytest.mark.parametrize("consistent", [True, False])
async def test_what_stays_in_dispute_is_refined_with_both_at_hand(
    formalizer: Formalizer, consistent: bool
) -> None:
    script = [
        lean_answer(WEAK),
        critique(consistent, "at first sight"),
        opinion(False, "look again"),
        critique(consistent, "as I see it"),
        opinion(False, "as I do not"),
        lean_answer(GOOD),
        YES,
        RIGHT,
    ]
    with ScriptedServer(script) as server:
        state = await formalizer.run(reform_graph, server)
    assert (state["status"], stages(state)) == ("consistent", ["critique"])
    assert "as I see it" in server.calls[5].last and "as I do not" in server.calls[5].last


@pytest.mark.parametrize("answer", [opinion(None), "well"])
async def test_an_acceptance_that_nobody_confirms_is_unjudged(
    formalizer: Formalizer, answer: Item
) -> None:
    def script(call: Call) -> Item:
        if call.number < 2:
            return [lean_answer(GOOD), YES][call.number]
        return answer

    with ScriptedServer(script) as server:
        state = await formalizer.run(reform_graph, server)
    assert (state["status"], state["verdict"]["passed"]) == ("unjudged", None)


async def test_a_rejection_that_nobody_confirms_refines(formalizer: Formalizer) -> None:
    script = [lean_answer(WEAK), critique(False), opinion(None), lean_answer(GOOD), YES, RIGHT]
    with ScriptedServer(script) as server:
        state = await formalizer.run(reform_graph, server)
    assert (state["status"], stages(state)) == ("consistent", ["critique"])


@pytest.mark.parametrize("answer", [critique(None), "hm", '{"consistent": "yes and no"}'])
async def test_a_critic_that_cannot_tell_ends_unjudged(formalizer: Formalizer, answer: str) -> None:
    with ScriptedServer(lambda call: answer if call.number else lean_answer(GOOD)) as server:
        state = await formalizer.run(reform_graph, server)
    assert (state["status"], state["verdict"]["passed"]) == ("unjudged", None)
    assert len(server.calls) == (2 if "null" in answer else 3)  # no second opinion of nothing


async def test_three_statements_are_the_most(formalizer: Formalizer) -> None:
    def script(call: Call) -> Item:
        return lean_answer(WRONG_TYPE.replace("Even a b", f"Even a {call.number}"))

    with ScriptedServer(script) as server:
        state = await formalizer.run(reform_graph, server)
    assert (state["status"], stages(state)) == ("exhausted", ["lean"] * 3)
    assert len(server.calls) == 3


async def test_it_ends_when_the_formalizer_comes_back_to_what_was_rejected(
    formalizer: Formalizer,
) -> None:
    script = [lean_answer(UNBALANCED), lean_answer(UNBALANCED.replace(" :", "\n :"))]
    with ScriptedServer(script) as server:
        state = await formalizer.run(reform_graph, server)
    assert (state["status"], stages(state)) == ("exhausted", ["precheck"])
    assert "no further improvement" in state["why"]


async def test_an_answer_without_a_statement_is_an_attempt(formalizer: Formalizer) -> None:
    script = ["let me see", "still no JSON", lean_answer(GOOD), YES, RIGHT]
    with ScriptedServer(script) as server:
        state = await formalizer.run(reform_graph, server)
    assert (state["status"], stages(state)) == ("consistent", ["answer"])


async def test_a_formalizer_may_decline(formalizer: Formalizer) -> None:
    with ScriptedServer([lean_answer("", "no reals")]) as server:
        state = await formalizer.run(reform_graph, server)
    assert (state["status"], state["notes"]) == ("refused", "no reals")
