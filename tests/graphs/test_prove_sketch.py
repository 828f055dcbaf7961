"""Sketches from a scripted model; holes proved by the real portfolio, by the model, or not."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from proofloop.agents.prompts import replaced_by
from proofloop.core.budget import Limits
from proofloop.graphs.prove_sketch import prove_sketch_graph
from proofloop.tools.lean.lemmas import LemmaStore
from support.openai_server import Call, Hang, Item, Say, ScriptedServer
from support.proving import Prover

ASKED = "theorem t (a b : Nat) (f : Nat → Nat) (h : ∀ n, f n = n + 1) (e : f a = f b) : a = b"
STEPS = f"{ASKED} := by\n  have ha : f a = a + 1 := h a\n  have hb : f b = b + 1 := h b\n"
GOOD = f"{STEPS}  have hab : a + 1 = b + 1 := by sorry\n  sorry"
OPEN = f"{STEPS}  have hab : a + 1 = b + 1 := by sorry\n  have wrong : f a = a := by sorry\n  omega"
BROKEN = f"{STEPS}  have : f a = a := by exact e\n  sorry"
OWN_WORDS = {"prover": {"system": "Prove it."}}
WHOLE = f"{STEPS}  omega"

CHEATS = {
    "a changed statement": GOOD.replace("(e : f a = f b)", "(e : a = b)"),
    "an axiom": f"axiom cheat : False\n{ASKED} := cheat.elim",
    "a sorry in a macro": f'macro "closed" : tactic => `(tactic| sorry)\n{ASKED} := by closed',
    "another theorem": "theorem u : 1 = 1 := by sorry",
}


def sketch(text: str) -> str:
    return json.dumps({"sketch": text})


def is_sketcher(call: Call) -> bool:
    return "sketch proofs" in str(call.body["messages"][0]["content"])


def script(
    sketches: list[str], proof: Callable[[str], str] = lambda statement: ""
) -> Callable[[Call], Item]:
    """Sketches in turn; ``proof`` answers the prover by the statement that it is asked for."""
    left = list(sketches)

    def answer(call: Call) -> Item:
        if is_sketcher(call):
            return sketch(left.pop(0) if left else "")
        asked = re.findall(r"theorem .*(?= := by\n  \.\.\.)", call.last)
        return json.dumps({"proof": proof(asked[-1])})

    return answer


def by_omega(statement: str) -> str:
    return f"{statement} := by omega"


async def test_the_portfolio_fills_a_sketch(prover: Prover) -> None:
    with ScriptedServer(script([GOOD])) as server:
        state = await prover(prove_sketch_graph, server, ASKED, tactics=["omega"])
    assert state["proof_report"]["accepted"] is True
    assert state["prover"] == "tiny: sketch"
    assert "sorry" not in state["proof"]
    assert len(server.calls) == 1


async def test_a_sketch_without_holes_is_a_proof(prover: Prover) -> None:
    with ScriptedServer(script([WHOLE])) as server:
        state = await prover(prove_sketch_graph, server, ASKED)
    assert state["proof"].strip() == WHOLE


async def test_what_lean_rejects_goes_back_to_the_sketcher(prover: Prover) -> None:
    with ScriptedServer(script([BROKEN, GOOD])) as server:
        state = await prover(prove_sketch_graph, server, ASKED, tactics=["omega"])
    assert state["proof_report"]["accepted"] is True
    assert "type mismatch" in server.calls[1].last.lower()


async def test_a_sketch_of_too_many_holes_goes_back(prover: Prover) -> None:
    with ScriptedServer(script([GOOD, f"{STEPS}  sorry"])) as server:
        state = await prover(prove_sketch_graph, server, ASKED, tactics=["omega"], holes=1)
    assert state["proof_report"]["accepted"] is True
    assert "it leaves 2 holes; 1 at most are proved" in server.calls[1].last


async def test_an_open_hole_goes_back_and_the_proved_one_is_not_proved_again(
    prover: Prover,
) -> None:
    store = LemmaStore()
    with ScriptedServer(script([OPEN, GOOD], proof=lambda statement: "")) as server:
        state = await prover(
            prove_sketch_graph, server, ASKED, tactics=["omega"], store=store, depth=0
        )
    assert state["proof_report"]["accepted"] is True
    assert [is_sketcher(call) for call in server.calls] == [True, False, True]
    said = server.calls[2].last
    assert "could not be proved" in said
    assert "⊢ f a = a\n" in said
    assert "⊢ a + 1 = b + 1" not in said
    assert len(store) == 3, "two holes and the theorem"


async def test_holes_are_proved_with_the_prompts_of_the_run(prover: Prover) -> None:
    with ScriptedServer(script([GOOD], by_omega)) as server, replaced_by(OWN_WORDS):
        await prover(prove_sketch_graph, server, ASKED, depth=0)
    said = [call.body["messages"][0]["content"] for call in server.calls]
    assert said[1:] == ["Prove it."] * 2


async def test_the_model_proves_holes_side_by_side(prover: Prover) -> None:
    answers = script([GOOD], by_omega)

    def answer(call: Call) -> Item:
        said = answers(call)
        assert isinstance(said, str)
        return said if is_sketcher(call) else Say(said, once=lambda calls: len(calls) == 3)

    with ScriptedServer(answer) as server:
        state = await prover(prove_sketch_graph, server, ASKED, depth=0, at_once=2)
    assert state["proof_report"]["accepted"] is True
    assert [is_sketcher(call) for call in server.calls] == [True, False, False]
    assert server.most_at_once == 2


async def test_a_hole_is_sketched_again_while_depth_lasts(prover: Prover) -> None:
    def answer(call: Call) -> Item:
        (name,) = re.findall(r"theorem (\S+).* := by\n  \.\.\.", call.last)
        asked = re.findall(r"theorem .*(?= := by\n  \.\.\.)", call.last)[0]
        if not is_sketcher(call):
            return json.dumps({"proof": by_omega(asked)})
        if name == "t":
            return sketch(GOOD)
        return sketch(f"{asked} := by\n  have : 0 = 0 := by sorry\n  omega")

    with ScriptedServer(answer) as server:
        state = await prover(prove_sketch_graph, server, ASKED, depth=1)
    assert state["proof_report"]["accepted"] is True
    assert sum(is_sketcher(call) for call in server.calls) == 3
    assert "t_hole_1_hole_1" in state["proof"]


async def test_sketches_are_bounded_and_so_is_their_depth(prover: Prover) -> None:
    def endless(call: Call) -> Item:
        asked = re.findall(r"theorem .*(?= := by\n  \.\.\.)", call.last)[0]
        return sketch(f"{asked} := by sorry") if is_sketcher(call) else json.dumps({"proof": ""})

    with ScriptedServer(endless) as server:
        state = await prover(prove_sketch_graph, server, ASKED, depth=2, max_rounds=2)
    assert "proof" not in state
    assert len(state["sketches"]) == 2
    assert len(server.calls) <= 2 * (1 + 2 * (1 + 2 * 2))


@pytest.mark.parametrize("cheat", CHEATS)
async def test_a_cheating_sketch_is_never_accepted(prover: Prover, cheat: str) -> None:
    with ScriptedServer(script([CHEATS[cheat]], by_omega)) as server:
        state = await prover(prove_sketch_graph, server, ASKED, max_rounds=1, depth=0)
    assert "proof" not in state
    assert len(state["sketches"]) == 1


async def test_an_answer_that_cannot_be_read_costs_a_round(prover: Prover) -> None:
    with ScriptedServer(["no JSON", "none", sketch(WHOLE)]) as server:
        state = await prover(prove_sketch_graph, server, ASKED)
    assert state["proof_report"]["accepted"] is True
    assert [item["sketch"] for item in state["sketches"]] == ["none"]


async def test_a_sketcher_that_declines_ends_the_search(prover: Prover) -> None:
    with ScriptedServer([sketch("")]) as server:
        state = await prover(prove_sketch_graph, server, ASKED)
    assert "proof" not in state
    assert len(server.calls) == 1


async def test_a_spent_budget_keeps_the_holes_that_are_paid_for(prover: Prover) -> None:
    with ScriptedServer(script([GOOD], by_omega)) as server:
        options: dict[str, Any] = {"depth": 0, "at_once": 1}
        first = await prover(prove_sketch_graph, server, ASKED, limits=Limits(calls=2), **options)
        assert "budget of 2 calls" in first["partial"]
        second = await prover(prove_sketch_graph, server, ASKED, **options)
    assert second["proof_report"]["accepted"] is True
    assert len(server.calls) == 3


async def test_an_accepted_hole_drops_the_connections_of_its_other_samples(
    prover: Prover,
) -> None:
    hung: list[Call] = []

    def answer(call: Call) -> Item:
        if is_sketcher(call):
            return sketch(f"{STEPS}  sorry")
        if not hung:
            hung.append(call)
            return Hang()
        asked = re.findall(r"theorem .*(?= := by\n  \.\.\.)", call.last)[0]
        return json.dumps({"proof": by_omega(asked)})

    with ScriptedServer(answer) as server:
        state = await prover(prove_sketch_graph, server, ASKED, depth=0, samples=2)
        assert await server.until(lambda calls: all(call.done for call in calls))
    assert state["proof_report"]["accepted"] is True
    assert hung[0].dropped
