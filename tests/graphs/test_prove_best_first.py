"""Tactic by tactic, with a scripted model and with none, in the real Lean."""

import json
from typing import Any

import pytest

from proofloop.agents.llm.base import Reply
from proofloop.agents.llm.structured import Answer
from proofloop.agents.tactician import Move, merged
from proofloop.core.budget import Limits
from proofloop.core.errors import ModelUnavailable
from proofloop.core.task import TokenLogprob
from proofloop.graphs.prove_best_first import Node, prove_best_first_graph
from proofloop.tools.lean.proof_state import ProofState
from support.openai_server import Call, Fail, Item, Say, ScriptedServer
from support.proving import Prover

ASKED = "theorem t (p q r : Prop) (hp : p) (hq : q) (hr : r) : p ∧ (q ∧ r)"


def moves(*tactics: str) -> list[str]:
    """One answer with these as its samples."""
    return [json.dumps({"tactic": tactic}) for tactic in tactics]


def by_goal(table: dict[str, list[str]]) -> Any:
    """Answers by the first goal's target."""

    def answer(call: Call) -> Item:
        target = call.last.split("⊢ ")[1].splitlines()[0]
        return Say(moves(*table.get(target, ["skip"])))

    return answer


STEPS = {
    "p ∧ q ∧ r": ["exact nonsense", "constructor"],
    "p": ["exact hp", "exact hq"],
    "q ∧ r": ["constructor", "exact ⟨hq, hr⟩"],
    "q": ["exact hq", "exact hq"],
    "r": ["exact hr", "exact hr"],
}


async def test_the_model_finds_its_way_tactic_by_tactic(prover: Prover) -> None:
    with ScriptedServer(by_goal(STEPS)) as server:
        state = await prover(prove_best_first_graph, server, ASKED, tactics_asked=2)
    assert state["proof_report"]["accepted"] is True
    assert state["prover"] == "best-first"
    assert all(call.n == 2 for call in server.calls)
    assert all(call.body["logprobs"] is True for call in server.calls)
    assert "constructor" in server.calls[1].last, "the tactics so far are shown"


async def test_without_a_model_the_shape_of_the_goal_proposes(prover: Prover) -> None:
    asked = "theorem t (f : Nat → Nat) (h : ∀ n, f n = n + 1) (a b : Nat) : f a = f b → a = b"
    with ScriptedServer(lambda call: Say(moves(""))) as server:
        state = await prover(
            prove_best_first_graph, server, asked, tactics=["rfl"], tactics_asked=1
        )
    assert state["proof_report"]["accepted"] is True
    assert len(state["expanded"]) >= 1


async def test_states_that_are_the_same_are_expanded_once(prover: Prover) -> None:
    """`skip` and a swap and back lead to the state that there was."""
    with ScriptedServer(lambda call: Say(moves("skip", "have h := hp; clear h"))) as server:
        state = await prover(prove_best_first_graph, server, ASKED, tactics_asked=2)
    assert "proof" not in state
    assert len(state["expanded"]) == 1
    assert len(server.calls) == 1


async def test_expansions_are_bounded(prover: Prover) -> None:
    def grow(call: Call) -> Item:
        return Say(moves(f"have x{call.number} : {call.number} = {call.number} := rfl"))

    with ScriptedServer(grow) as server:
        state = await prover(prove_best_first_graph, server, ASKED, tactics_asked=1, expansions=5)
    assert "proof" not in state
    assert len(state["expanded"]) == len(server.calls) == 5


@pytest.mark.parametrize(
    "cheat", ["sorry", "admit", "exact sorryAx _ false", "native_decide", "exact cheat"]
)
async def test_a_cheating_tactic_is_never_accepted(prover: Prover, cheat: str) -> None:
    with ScriptedServer(lambda call: Say(moves(cheat))) as server:
        state = await prover(prove_best_first_graph, server, ASKED, tactics_asked=1)
    assert "proof" not in state


async def test_answers_that_cannot_be_read_are_left_out(prover: Prover) -> None:
    def answer(call: Call) -> Item:
        if "could not be read" in call.last:
            return "still not"
        return Say(["no JSON", *moves("exact ⟨hp, hq, hr⟩")])

    with ScriptedServer(answer) as server:
        state = await prover(prove_best_first_graph, server, ASKED, tactics_asked=2)
    assert state["proof_report"]["accepted"] is True


async def test_a_search_goes_on_where_its_budget_or_its_server_ended_it(prover: Prover) -> None:
    with ScriptedServer(by_goal(STEPS)) as server:
        first = await prover(
            prove_best_first_graph, server, ASKED, tactics_asked=2, limits=Limits(calls=1)
        )
        assert "budget of 1 calls" in first["partial"]
        assert len(first["expanded"]) == 1
    with ScriptedServer(lambda call: Fail(503)) as server, pytest.raises(ModelUnavailable):
        await prover(prove_best_first_graph, server, ASKED, tactics_asked=2)
    with ScriptedServer(by_goal(STEPS)) as server:
        second = await prover(prove_best_first_graph, server, ASKED, tactics_asked=2)
        assert all("⊢ p ∧ q ∧ r" not in call.last for call in server.calls)
    assert second["proof_report"]["accepted"] is True


async def test_a_statement_that_is_no_lean_ends_before_the_search(prover: Prover) -> None:
    with ScriptedServer([]) as server:
        state = await prover(prove_best_first_graph, server, "theorem t : Nat.missing = 1")
    assert "Nat.missing" in state["unreadable"]


def answers(*samples: tuple[str, float | None]) -> list[Answer[Move]]:
    return [
        Answer(
            (
                Reply(
                    text="",
                    model="m",
                    logprobs=None
                    if logprob is None
                    else (
                        TokenLogprob(token="x", logprob=logprob),
                        TokenLogprob(token="y", logprob=-1.0),
                    ),
                ),
            ),
            Move(tactic=tactic),
        )
        for tactic, logprob in samples
    ]


def test_scores_are_log_probabilities_where_the_endpoint_gives_them() -> None:
    found = merged(answers(("omega", -2.0), ("simp", -0.5), ("omega", -1.0), ("", 0.0)))
    assert [(each.tactic, each.score) for each in found] == [("simp", -1.5), ("omega", -2.0)]


def test_scores_are_shares_where_it_does_not() -> None:
    found = merged(answers(("omega", None), ("simp", -0.5), ("rfl", None), ("simp", None)))
    assert [each.tactic for each in found] == ["simp", "omega", "rfl"]
    assert found[0].score > found[1].score == found[2].score


def test_longer_paths_are_not_held_back_by_their_length_alone() -> None:
    def node(length: int, score: float) -> Node:
        state = ProofState(header="", statement="", goals=(), tactics=("skip",) * length)
        return Node(state=state, score=score)

    short, long = node(1, -2.0), node(4, -6.0)
    assert short.promise(0.0) > long.promise(0.0)
    assert short.promise(1.0) < long.promise(1.0)
