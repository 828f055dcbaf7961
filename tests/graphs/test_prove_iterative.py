"""Sets of statements: what Lean accepted is shown to the model, and only that."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from proofloop.core.budget import Limits
from proofloop.graphs.prove_iterative import prove_iterative_graph
from proofloop.tools.lean.similar import most_similar, similarity, words
from support.openai_server import Call, Item, ScriptedServer
from support.proving import Prover

EASY = "theorem easy (n : Nat) : n + 0 = n"
HARD = "theorem hard (n m : Nat) : n + m + 0 = n + m"
FALSE = "theorem false (n : Nat) : n = n + 1"
SET = [
    {"id": statement.split()[1], "statement": statement, "header": ""}
    for statement in (EASY, HARD, FALSE)
]


def asked(call: Call) -> str:
    return str(re.findall(r"theorem .*(?= := by\n  \.\.\.)", call.last)[-1])


def script(call: Call) -> Item:
    """Proves EASY at once, and HARD only when it is shown how."""
    statement = asked(call)
    shown = "Lean accepted these proofs" in call.last
    if statement == FALSE or (statement == HARD and not shown):
        return json.dumps({"proof": f"{statement} := by omega?"})
    return json.dumps({"proof": f"{statement} := rfl"})


async def run(prover: Prover, server: ScriptedServer, **options: Any) -> dict[str, Any]:
    options = {"max_rounds": 1, "passes": 5} | options
    return await prover(prove_iterative_graph, server, inputs={"statements": SET}, **options)


async def test_accepted_proofs_help_with_what_is_left(prover: Prover) -> None:
    with ScriptedServer(script) as server:
        state = await run(prover, server)
    assert {name: result["pass"] for name, result in state["found"].items()} == {
        "easy": 1,
        "hard": 2,
    }
    assert all(result["proof_report"]["accepted"] for result in state["found"].values())
    # The third pass proves nothing new and is the last.
    assert state["passes"] == 3
    assert sorted(asked(call) for call in server.calls[3:]) == [FALSE, FALSE, HARD]
    assert f"{EASY} := rfl" in server.calls[-1].last
    assert "omega?" not in server.calls[-1].last


async def test_passes_and_examples_are_bounded(prover: Prover) -> None:
    with ScriptedServer(script) as server:
        state = await run(prover, server, passes=1)
    assert state["passes"] == 1
    assert set(state["found"]) == {"easy"}
    assert len(server.calls) == 3


async def test_what_automation_proves_is_not_asked_and_is_shown(prover: Prover) -> None:
    with ScriptedServer(script) as server:
        state = await run(prover, server, tactics=["rfl"], passes=1)
    assert {result["pass"] for result in state["found"].values()} == {0}
    assert [asked(call) for call in server.calls] == [FALSE]
    assert HARD in server.calls[0].last


async def test_a_spent_budget_loses_nothing(prover: Prover) -> None:
    with ScriptedServer(script) as server:
        first = await run(prover, server, at_once=1, limits=Limits(calls=4))
        assert "budget of 4 calls" in first["partial"]
        assert set(first["found"]) == {"easy"}
        second = await run(prover, server)
    assert set(second["found"]) == {"easy", "hard"}
    assert len(server.calls) == 6


def test_the_most_similar_come_first() -> None:
    others = ["theorem a (x : Int) : x * x ≥ 0", EASY, "theorem b (p : Prop) : p → p"]
    assert most_similar(HARD, others, 2)[0] == EASY
    assert most_similar(HARD, others, 0) == []


@given(st.text(max_size=40), st.text(max_size=40))
def test_similarity_is_a_share_and_knows_no_order(one: str, other: str) -> None:
    first, second = words(one), words(other)
    assert 0 <= similarity(first, second) <= 1 + 1e-9
    assert similarity(first, second) == similarity(second, first)
