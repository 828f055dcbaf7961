"""Whole proofs from a scripted model, checked by the real Lean."""

import json
from pathlib import Path
from typing import Any

import pytest

from proofloop.core.budget import Limits
from proofloop.core.database import open_database
from proofloop.core.errors import ModelRejected, ModelUnavailable
from proofloop.graphs.checkpoints import Checkpoints
from proofloop.graphs.prove_whole import prove_whole_graph
from proofloop.graphs.runner import run_thread
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.lemmas import LemmaStore
from support.openai_server import Call, Fail, Hang, Item, Say, ScriptedServer
from support.proving import Prover

ASKED = "theorem t (f : Nat → Nat) (h : ∀ n, f (f n) = n + 1) (x y : Nat) (e : f x = f y) : x = y"
GOOD = f"{ASKED} := by\n  have hx := h x\n  rw [e, h y] at hx\n  exact (Nat.succ.inj hx).symm"
BAD = f"{ASKED} := by\n  exact e"

CHEATS = {
    "sorry": f"{ASKED} := by sorry",
    "a changed statement": ASKED.replace("x = y", "x = x", 1).replace(": x = y", ": x = x")
    + " := rfl",
    "an axiom": f"axiom cheat : False\n{ASKED} := cheat.elim",
    "a sorry in a macro": f'macro "closed" : tactic => `(tactic| sorry)\n{ASKED} := by closed',
    "another theorem": "theorem u : 1 = 1 := rfl",
    "nothing but words": "This is obvious.",
}


def answer(proof: str) -> str:
    return json.dumps({"proof": proof})


async def test_a_good_first_sample_is_all_that_is_asked_for(prover: Prover) -> None:
    with ScriptedServer([answer(GOOD)]) as server:
        state = await prover(prove_whole_graph, server, ASKED)
    assert state["proof"] == GOOD
    assert state["prover"] == "tiny"
    assert state["proof_report"]["accepted"] is True
    assert state["proof_attempts"] == []
    assert len(server.calls) == 1


async def test_a_proof_is_mended_from_what_lean_said(prover: Prover) -> None:
    heard: list[str] = []
    with ScriptedServer([answer(BAD), answer(GOOD)]) as server:
        state = await prover(
            prove_whole_graph, server, ASKED, on_update=lambda step, news: heard.append(step)
        )
    assert state["proof"] == GOOD
    assert "type mismatch" in server.calls[1].last.lower()
    assert [item["proof"] for item in state["proof_attempts"]] == [BAD]
    assert heard == ["attempt", "attempt", "samples"]


async def test_samples_and_rounds_are_bounded_and_the_failures_told(prover: Prover) -> None:
    with ScriptedServer(lambda call: answer(BAD)) as server:
        state = await prover(prove_whole_graph, server, ASKED, samples=3, at_once=2, max_rounds=2)
    assert "proof" not in state
    assert "partial" not in state
    assert len(server.calls) == 6
    assert server.most_at_once <= 2
    assert sorted(item["sample"] for item in state["proof_attempts"]) == [0, 0, 1, 1, 2, 2]


async def test_an_acceptance_drops_the_connections_of_the_other_samples(
    prover: Prover,
) -> None:
    def script(call: Call) -> Item:
        good = Say(answer(GOOD), once=lambda calls: len(calls) == 3)
        return good if call.number == 1 else Hang()

    with ScriptedServer(script) as server:
        state = await prover(prove_whole_graph, server, ASKED, samples=6, at_once=3)
        assert await server.until(lambda calls: all(call.done for call in calls))
    assert state["proof"] == GOOD
    assert [call.dropped for call in server.calls] == [True, False, True]


class Killed(BaseException):
    pass


class DiesWithTheProof(Checkpoints):
    async def aput_writes(self, config: Any, writes: Any, *rest: Any) -> None:
        if any(channel == "proof" for channel, _ in writes):
            raise Killed
        await super().aput_writes(config, writes, *rest)


async def test_a_run_killed_before_its_proof_is_saved_pays_for_no_loser_again(
    prover: Prover, tmp_path: Path
) -> None:
    """Nor for what the accepted sample asked: the journal has it all."""

    def script(call: Call) -> Item:
        return Hang() if call.number == 0 else answer(BAD if call.number == 1 else GOOD)

    inputs = {"statement": ASKED, "header": ""}
    with ScriptedServer(script) as server:
        async with prover.context(server, samples=3, at_once=2) as context:
            saver = DiesWithTheProof(
                open_database(tmp_path / "checkpoints.sqlite", any_thread=True)
            )
            with pytest.raises(Killed):
                await run_thread(prove_whole_graph(saver), inputs, context, thread="main")
            await saver.aclose()
        assert len(server.calls) == 3
        state = await prover(prove_whole_graph, server, ASKED, samples=3, at_once=2)
    assert state["proof"] == GOOD
    assert len(state["proof_attempts"]) == 1
    assert len(server.calls) == 3


async def test_samples_are_different_calls(prover: Prover, tmp_path: Path) -> None:
    with ScriptedServer(lambda call: answer(BAD)) as server:
        await prover(prove_whole_graph, server, ASKED, samples=4, max_rounds=1)
    assert len(server.calls) == 4
    entries = [json.loads(line) for line in (tmp_path / "journal.jsonl").open()]
    calls = [entry for entry in entries if entry["kind"] == "model"]
    assert sorted(entry["index"] for entry in calls) == [0, 1, 2, 3]
    assert len({entry["key"] for entry in calls}) == 4


@pytest.mark.parametrize("cheat", CHEATS)
async def test_a_cheat_is_never_accepted(prover: Prover, cheat: str) -> None:
    with ScriptedServer(lambda call: answer(CHEATS[cheat])) as server:
        state = await prover(prove_whole_graph, server, ASKED, max_rounds=1)
    assert "proof" not in state
    assert len(state["proof_attempts"]) == 1


async def test_an_answer_that_cannot_be_read_costs_its_sample_a_round(prover: Prover) -> None:
    # Each unreadable answer is asked for once more in its shape; the next round asks anew.
    with ScriptedServer(["no JSON", "again none", answer(GOOD)]) as server:
        state = await prover(prove_whole_graph, server, ASKED)
    assert state["proof"] == GOOD
    assert [item["proof"] for item in state["proof_attempts"]] == ["again none"]
    assert len(server.calls) == 3


async def test_a_model_that_declines_ends_its_sample(prover: Prover) -> None:
    with ScriptedServer(lambda call: answer(" ")) as server:
        state = await prover(prove_whole_graph, server, ASKED, samples=2)
    assert "proof" not in state
    assert len(server.calls) == 2


async def test_a_server_that_is_down_is_an_error_that_trying_again_mends(prover: Prover) -> None:
    down = [True]

    def script(call: Call) -> Item:
        return Fail(503) if down[0] else answer(GOOD)

    with ScriptedServer(script) as server:
        with pytest.raises(ModelUnavailable):
            await prover(prove_whole_graph, server, ASKED, samples=8, at_once=2)
        assert len(server.calls) == 6, "two samples of three tries each, no more"
        down[0] = False
        state = await prover(prove_whole_graph, server, ASKED, samples=8, at_once=2)
    assert state["proof"] == GOOD


async def test_one_sample_without_an_answer_does_not_cost_the_others(prover: Prover) -> None:
    def script(call: Call) -> Item:
        return Fail(500) if call.number in (0, 2) else Say(answer(GOOD), delay=0.5)

    with ScriptedServer(script) as server:
        state = await prover(prove_whole_graph, server, ASKED, samples=2, at_once=2)
    assert state["proof"] == GOOD


async def test_a_wrong_key_ends_all_samples(prover: Prover) -> None:
    with (
        ScriptedServer(lambda call: answer(GOOD), api_key="another") as server,
        pytest.raises(ModelRejected, match="wrong key"),
    ):
        await prover(prove_whole_graph, server, ASKED, samples=4)


async def test_a_spent_budget_keeps_what_is_paid_for(prover: Prover) -> None:
    """The samples under way come to their end; with more budget the rest is asked."""

    def script(call: Call) -> Item:
        return answer(BAD if call.number < 3 else GOOD)

    with ScriptedServer(script) as server:
        first = await prover(
            prove_whole_graph, server, ASKED, samples=2, max_rounds=2, limits=Limits(calls=3)
        )
        assert "budget of 3 calls" in first["partial"]
        assert "proof" not in first
        assert len(server.calls) == 3
        second = await prover(
            prove_whole_graph, server, ASKED, samples=2, max_rounds=2, limits=Limits(calls=1)
        )
    assert second["proof"] == GOOD
    assert len(server.calls) == 4


async def test_examples_are_shown_to_the_model(prover: Prover) -> None:
    inputs: dict[str, Any] = {"statement": ASKED, "header": "", "examples": ["theorem e : 1 = 1"]}
    with ScriptedServer([answer(GOOD)]) as server:
        await prover(prove_whole_graph, server, inputs=inputs)
    assert "theorem e : 1 = 1" in server.calls[0].last


async def test_without_a_model_the_portfolio_alone_proves(prover: Prover) -> None:
    def alone(saver: Any) -> Any:
        return prove_whole_graph(saver, model=False)

    with ScriptedServer([]) as server:
        state = await prover(
            alone, server, "theorem t (a b : Nat) : a + b = b + a", tactics=["omega"]
        )
    assert state["prover"].startswith("portfolio")
    assert server.calls == []


async def test_what_was_proved_once_is_not_asked_again(lean: LeanBackend, tmp_path: Path) -> None:
    store = LemmaStore()
    again = ASKED.replace("theorem t", "theorem again", 1)
    with ScriptedServer([answer(GOOD)]) as server:
        await Prover(lean, tmp_path / "1")(prove_whole_graph, server, ASKED, store=store)
        state = await Prover(lean, tmp_path / "2")(prove_whole_graph, server, again, store=store)
    assert state["prover"] == "lemma store"
    assert state["proof"] == GOOD.replace("theorem t", "theorem again")
    assert state["proof_report"]["accepted"] is True
    assert len(server.calls) == 1


@pytest.mark.parametrize("cheat", CHEATS)
async def test_a_store_is_not_trusted(prover: Prover, lean: LeanBackend, cheat: str) -> None:
    store = LemmaStore()
    store.add(lean.version, "", ASKED, CHEATS[cheat])
    with ScriptedServer([answer("")]) as server:
        state = await prover(prove_whole_graph, server, ASKED, store=store)
    assert "proof" not in state
    assert len(store) == 0
