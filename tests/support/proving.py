"""Graphs run over a scripted model and the real Lean, in one run folder that can be resumed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from proofloop.agents.llm.base import Sampling
from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget, Limits
from proofloop.core.entailing import EntailBounds
from proofloop.core.journal import Journal
from proofloop.core.search import SearchBounds
from proofloop.graphs.context import Context
from proofloop.graphs.runner import GraphFactory, OnUpdate, run_resumable
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.lemmas import LemmaStore
from proofloop.tools.lean.portfolio import Portfolio
from proofloop.tools.lean.record import RecordedLean
from proofloop.tools.lean.tactics import TACTICS
from support.llm import client
from support.openai_server import ScriptedServer


class Prover:
    """Runs a graph on a statement. A second call in the same folder resumes the first.

    Without ``tactics`` there is no portfolio, so that the model is what proves; with some names
    of tactics the portfolio has these alone."""

    def __init__(self, lean: LeanBackend, folder: Path) -> None:
        self.lean, self.folder = lean, folder
        folder.mkdir(exist_ok=True)

    async def __call__(
        self,
        graph: GraphFactory,
        server: ScriptedServer,
        statement: str = "",
        *,
        header: str = "",
        limits: Limits | None = None,
        on_update: OnUpdate | None = None,
        inputs: dict[str, Any] | None = None,
        **bounds: Any,
    ) -> dict[str, Any]:
        async with self.context(server, limits=limits, **bounds) as context:
            return await run_resumable(
                graph,
                inputs or {"statement": statement, "header": header},
                context,
                self.folder / "checkpoints.sqlite",
                thread="main",
                on_update=on_update,
            )

    @asynccontextmanager
    async def context(
        self,
        server: ScriptedServer,
        *,
        limits: Limits | None = None,
        max_rounds: int = 3,
        prove_seconds: float = 20,
        store: LemmaStore | None = None,
        seed: int | None = None,
        tactics: Sequence[str] | None = None,
        tactics_asked: int = 1,
        entail: EntailBounds | None = None,
        **bounds: Any,
    ) -> AsyncIterator[Context]:
        journal = Journal(self.folder / "journal.jsonl")
        budget = Budget(limits)
        model = RecordedModel(client(server), journal, budget, defaults=Sampling(seed=seed))
        recorded = RecordedLean(self.lean, journal, budget)
        chosen = [each for each in TACTICS if each.name in (tactics or ())]
        context = Context(
            model=model,
            judge=model,
            lean=recorded,
            portfolio=Portfolio(recorded, tactics=chosen),
            max_rounds=max_rounds,
            prove_seconds=prove_seconds,
            lemmas=store,
            entail=entail or EntailBounds(),
        )
        try:
            yield replace(
                context,
                search=SearchBounds(portfolio=tactics is not None, tactics=tactics_asked, **bounds),
            )
        finally:
            await model.aclose()
            journal.close()
