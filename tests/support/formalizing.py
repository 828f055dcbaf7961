"""Running a graph that formalizes over a scripted server and the real Lean, in one run folder."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from proofloop.agents.llm.base import Model
from proofloop.agents.llm.json_actions import JsonActions
from proofloop.agents.llm.record import RecordedModel
from proofloop.agents.panel.panel import Panel
from proofloop.core.budget import Budget, Limits
from proofloop.core.formalizing import FormalizeBounds
from proofloop.core.journal import Journal
from proofloop.graphs.context import DEFAULT_HEADER, Context
from proofloop.graphs.runner import run_resumable
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.hygiene.subject import HygieneLimits
from proofloop.tools.lean.portfolio import Portfolio
from proofloop.tools.lean.record import RecordedLean
from support.llm import client
from support.openai_server import Call, ScriptedServer

TEXT = "Show that the sum of two even natural numbers is even."
GOOD = "theorem even_sum (a b : ℕ) (ha : Even a) (hb : Even b) : Even (a + b)"
WEAK = "theorem even_sum (a : ℕ) : Even (a + a)"
FALSE = "theorem even_sum (a b : ℕ) : Even (a + b)"
VACUOUS = "theorem even_sum (a b : ℕ) (h : a < b ∧ b < a) : Even (a + b)"
WRONG_TYPE = "theorem even_sum (a b : ℕ) (ha : Even a) : Even a b"
UNBALANCED = "theorem even_sum (a b : ℕ (ha : Even a) : Even (a + b)"
# Of work and not of seconds: a busy machine finds the same.
BRIEF = HygieneLimits(prove_heartbeats=2_000, most_values=8)
INPUTS = {"informal": TEXT, "name": "even_sum", "header": DEFAULT_HEADER}

Graph = Callable[..., Any]


def lean_answer(statement: str, notes: str = "") -> str:
    return json.dumps({"lean": statement, "notes": notes})


def judge_answer(consistent: bool | None, reasons: str = "looked at it") -> str:
    return json.dumps({"consistent": consistent, "reasons": reasons})


def system(call: Call) -> str:
    return str(call.body["messages"][0]["content"])


class Formalizer:
    """``run`` runs a graph without the proof; a second call in the same folder resumes it."""

    def __init__(self, lean: LeanBackend, folder: Path) -> None:
        self.lean, self.folder = lean, folder

    async def run(
        self,
        graph: Graph,
        server: ScriptedServer,
        *,
        thread: str = "main",
        limits: Limits | None = None,
        inputs: dict[str, str] | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        async with self.context(server, limits=limits, **options) as context:
            return await run_resumable(
                lambda saver: graph(saver, prove=False),
                inputs or INPUTS,
                context,
                self.folder / "checkpoints.sqlite",
                thread=thread,
            )

    @asynccontextmanager
    async def context(
        self,
        server: ScriptedServer,
        *,
        limits: Limits | None = None,
        json_actions: bool = False,
        bounds: dict[str, Any] | None = None,
        panel: Callable[[Model], Panel] | None = None,
        **options: Any,
    ) -> AsyncIterator[Context]:
        journal = Journal(self.folder / "journal.jsonl")
        budget = Budget(limits)
        recorded = RecordedModel(client(server), journal, budget)
        model: Model = JsonActions(recorded) if json_actions else recorded
        lean = RecordedLean(self.lean, journal, budget)
        try:
            yield Context(
                model=model,
                judge=model,
                lean=lean,
                portfolio=Portfolio(lean),
                panel=panel(model) if panel else None,
                formalize=FormalizeBounds(**(bounds or {})),
                **options,
            )
        finally:
            await model.aclose()
            journal.close()

    def journalled(self, kind: str) -> int:
        lines = (self.folder / "journal.jsonl").read_text("utf-8").splitlines()
        return sum(json.loads(line)["kind"] == kind for line in lines)


def stages(state: dict[str, Any]) -> list[str]:
    return [item["stage"] for item in state.get("rejected", [])]
