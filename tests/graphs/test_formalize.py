"""The formalize graph against a real HTTP server and the real Lean."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget, Limits
from proofloop.core.journal import Journal
from proofloop.graphs.context import DEFAULT_HEADER, Context
from proofloop.graphs.formalize import formalize_graph
from proofloop.graphs.runner import run_resumable
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.portfolio import Portfolio
from proofloop.tools.lean.record import RecordedLean
from support.llm import client
from support.openai_server import Call, Item, ScriptedServer

TEXT = "Show that the sum of two even natural numbers is even."
GOOD = "theorem even_sum (a b : ℕ) (ha : Even a) (hb : Even b) : Even (a + b)"
WEAK = "theorem even_sum (a : ℕ) : Even (a + a)"
WRONG_TYPE = "theorem even_sum (a b : ℕ) (ha : Even a) : Even a b"
UNBALANCED = "theorem even_sum (a b : ℕ (ha : Even a) : Even (a + b)"


def lean_answer(statement: str, notes: str = "") -> str:
    return json.dumps({"lean": statement, "notes": notes})


def judge_answer(consistent: bool | None, reasons: str = "looked at it") -> str:
    return json.dumps({"consistent": consistent, "reasons": reasons})


def role(call: Call) -> str:
    """Who asked: the agents' system prompts begin differently."""
    return str(call.body["messages"][0]["content"]).split()[1]


Run = Callable[..., Any]


@pytest.fixture
def run(lean: LeanBackend, tmp_path: Path) -> Run:
    """Runs the graph over a script in one run folder; a second call resumes it."""

    async def run(
        server: ScriptedServer,
        *,
        limits: Limits | None = None,
        prove: bool = True,
        prove_seconds: float = 20,
        **inputs: str,
    ) -> dict[str, Any]:
        async with context(server, lean, tmp_path, limits, prove_seconds) as opened:
            return await run_resumable(
                lambda saver: formalize_graph(saver, prove=prove),
                {"informal": TEXT, "name": "even_sum", "header": DEFAULT_HEADER, **inputs},
                opened,
                tmp_path / "checkpoints.sqlite",
                thread="main",
            )

    return run


@asynccontextmanager
async def context(
    server: ScriptedServer,
    lean: LeanBackend,
    folder: Path,
    limits: Limits | None,
    prove_seconds: float,
) -> AsyncIterator[Context]:
    journal = Journal(folder / "journal.jsonl")
    budget = Budget(limits)
    model = RecordedModel(client(server), journal, budget)
    recorded = RecordedLean(lean, journal, budget)
    try:
        yield Context(
            model=model,
            judge=model,
            lean=recorded,
            portfolio=Portfolio(recorded),
            max_rounds=4,
            prove_seconds=prove_seconds,
        )
    finally:
        await model.aclose()
        journal.close()


async def test_compile_error_then_inconsistent_then_accepted_and_proved(
    run: Run, tmp_path: Path
) -> None:
    script: list[Item] = [
        lean_answer(WRONG_TYPE),
        lean_answer(WEAK),
        judge_answer(False, "it speaks of one number only"),
        lean_answer(f"```lean\n{GOOD} := by sorry\n```"),
        judge_answer(True),
    ]
    with ScriptedServer(script) as server:
        state = await run(server)
    assert state["status"] == "consistent"
    assert state["statement"] == GOOD
    assert [item["stage"] for item in state["rejected"]] == ["lean", "judge"]
    assert "it speaks of one number only" in server.calls[3].last
    assert "Function expected" in server.calls[1].last
    assert state["proof_report"]["accepted"] is True
    assert state["prover"].startswith("portfolio")
    entries = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert sum(entry["kind"] == "model" for entry in entries) == 5
    assert sum(entry["kind"] == "lean" for entry in entries) >= 4


async def test_a_verdict_is_not_carried_over_to_the_next_statement(run: Run) -> None:
    def script(call: Call) -> Item:
        if role(call) == "judge":
            return judge_answer(False)
        return lean_answer(WEAK if call.number == 0 else WRONG_TYPE)

    with ScriptedServer(script) as server:
        state = await run(server)
    assert [item["stage"] for item in state["rejected"]] == ["judge", "lean", "lean", "lean"]
    assert state["verdict"] == {}
    assert state["statement_report"]["accepted"] is False


async def test_a_text_that_is_no_statement_costs_no_compile(run: Run, tmp_path: Path) -> None:
    script = [lean_answer(UNBALANCED), lean_answer(GOOD), judge_answer(True)]
    with ScriptedServer(script) as server:
        state = await run(server, prove=False)
    assert [item["stage"] for item in state["rejected"]] == ["precheck"]
    assert "never closed" in server.calls[1].last
    kinds = [json.loads(line)["kind"] for line in (tmp_path / "journal.jsonl").open()]
    assert kinds.count("lean") == 1


async def test_the_rounds_are_bounded(run: Run) -> None:
    with ScriptedServer(lambda call: lean_answer(WRONG_TYPE)) as server:
        state = await run(server)
    assert state["status"] == "exhausted"
    assert len(state["rejected"]) == len(server.calls) == 4
    assert "proof" not in state


@pytest.mark.parametrize("answer", [judge_answer(None), "I like it", '{"consistent": "maybe"}'])
async def test_a_judge_without_a_vote_neither_accepts_nor_rejects(run: Run, answer: str) -> None:
    def script(call: Call) -> Item:
        return lean_answer(GOOD) if role(call) == "formalize" else answer

    with ScriptedServer(script) as server:
        state = await run(server, prove=False)
    assert state["status"] == "unjudged"
    assert state["verdict"]["passed"] is None
    assert state["rejected"] == []


async def test_a_refusal_ends_the_loop_with_its_reason(run: Run) -> None:
    with ScriptedServer([lean_answer("", "real numbers are not there")]) as server:
        state = await run(server)
    assert (state["status"], state["notes"]) == ("refused", "real numbers are not there")
    assert "statement" not in state


async def test_after_a_refusal_the_given_statement_is_proved(run: Run) -> None:
    with ScriptedServer([lean_answer("", "too hard")]) as server:
        state = await run(server, given=GOOD)
    assert (state["status"], state["origin"], state["statement"]) == ("refused", "given", GOOD)
    assert state["verdict"] == state["statement_report"] == {}
    assert state["proof_report"]["accepted"] is True


async def test_a_spent_budget_ends_with_what_there_is_and_more_budget_goes_on(run: Run) -> None:
    script = [lean_answer(WRONG_TYPE), lean_answer(GOOD), judge_answer(True)]
    with ScriptedServer(script) as server:
        first = await run(server, limits=Limits(calls=2), prove=False)
        assert "budget of 2 calls" in first["partial"]
        assert first["statement"] == GOOD
        assert len(server.calls) == 2
        second = await run(server, limits=Limits(calls=3), prove=False)
    assert second["status"] == "consistent"
    assert "partial" not in second
    assert len(server.calls) == 3


@pytest.mark.usefixtures("asked_anew")
async def test_without_the_portfolio_a_model_proves_and_repairs(run: Run) -> None:
    hard = (
        "theorem even_sum (f : ℕ → ℕ) (h : ∀ n, f (f n) = n + 1) (x y : ℕ) (e : f x = f y) : x = y"
    )
    bad = f"{hard} := by\n  exact e"
    good = f"{hard} := by\n  have hx := h x\n  rw [e, h y] at hx\n  exact (Nat.succ.inj hx).symm"

    def script(call: Call) -> Item:
        if role(call) == "formalize":
            return lean_answer(hard)
        if role(call) == "judge":
            return judge_answer(True)
        return json.dumps({"proof": good if "Attempt 1" in call.last else bad})

    with ScriptedServer(script) as server:
        state = await run(server, prove_seconds=0.01)
    assert state["proof"] == good
    assert state["prover"] == "tiny"
    assert len(state["proof_attempts"]) == 1
    assert "line 2" in server.calls[-1].last
    assert "type mismatch" in server.calls[-1].last.lower()
    assert state["proof_report"]["accepted"] is True


@pytest.mark.usefixtures("asked_anew")
async def test_a_proof_of_something_else_is_not_accepted(run: Run) -> None:
    easier = "theorem even_sum (a b : ℕ) : a + b = b + a := by\n  omega"

    def script(call: Call) -> Item:
        if role(call) == "formalize":
            return lean_answer(GOOD)
        if role(call) == "judge":
            return judge_answer(True)
        return json.dumps({"proof": easier})

    with ScriptedServer(script) as server:
        state = await run(server, prove_seconds=0.01)
    assert "proof" not in state
    assert len(state["proof_attempts"]) == 4
    assert "something else than asked" in state["proof_attempts"][0]["feedback"]
