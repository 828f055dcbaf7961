"""Checking what a reviewer has edited, in a run of its own inside the reviewed run's folder."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from proofloop.cli.output import install_progress

if TYPE_CHECKING:
    from proofloop.core.settings import Settings
    from proofloop.graphs.context import Context
    from proofloop.tools.review import Reviewed, ReviewQueue


def keep_text(queue: ReviewQueue, id: str, text: str) -> str:
    """The statement in an edited text, in the queue as a draft if it is not there yet."""
    from proofloop.graphs.formalizing import without_proof
    from proofloop.tools.review import Recheck

    statement = without_proof(text)
    before = queue.get(id).recheck
    if before is None or before.statement != statement:
        queue.draft(id, Recheck(statement=statement, fault="unchecked"))
    return statement


class Checker:
    """Lean is started at the first edit, and nothing at all for those who edit nothing. The checks
    and the judges' answers are in the journal of ``folder``: the run under review may be going on
    meanwhile, and nothing is asked twice. A context manager."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self._runner: asyncio.Runner | None = None
        self._open = AsyncExitStack()
        self._context: Context | None = None

    def __enter__(self) -> Checker:
        return self

    def __exit__(self, *_: object) -> None:
        if self._runner is not None:
            self._runner.run(self._open.aclose())
            self._runner.close()

    def edit(
        self,
        queue: ReviewQueue,
        id: str,
        text: str,
        *,
        comment: str = "",
        seen: Reviewed | None = None,
    ) -> Reviewed:
        """The item with ``text`` as its statement, or with what speaks against it. The text is in
        the queue before anything is done that may take time or fail. ``seen`` as in ``settle``."""
        from proofloop.graphs.reviewing import settle
        from proofloop.tools.review import Decision

        statement = keep_text(queue, id, text)
        decision = Decision(action="edit", statement=statement, comment=comment)
        if self._runner is None:
            self._runner = asyncio.Runner()

        async def check() -> Reviewed:
            return await settle(await self._started(), queue, id, decision, seen=seen)

        return self._runner.run(check())

    async def _started(self) -> Context:
        """The context, opened once."""
        if self._context is None:
            from proofloop.core.run import Run
            from proofloop.session import open_context

            # Each edit is work of its own, so nothing binds one session to another's settings.
            free = list(type(self.settings).model_fields)
            checks = Run(self.folder, self.settings, {"review": True}, free=free)
            run = self._open.enter_context(checks)
            with install_progress() as progress:
                opening = open_context(run, progress=progress)
                self._context = await self._open.enter_async_context(opening)
        return self._context
