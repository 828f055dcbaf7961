"""One warm Lean for the whole session, whichever event loop asks it.

A backend belongs to the loop that starts it: pytest's own for async tests, a new one for every
command. So this one lives in the loop of a thread of its own, and requests are carried there.

Tests of graphs ask the same again and again. What Lean has answered is kept, for all processes of
the session, as a run's journal keeps it; tests of what asks Lean at first hand ask it anew."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from proofloop.core.journal import fingerprint
from proofloop.tools.lean.backend import CheckRequest, ProbeAnswer, ProbeRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.report import LeanReport

T = TypeVar("T")
Asked = CheckRequest | ProbeRequest
Said = TypeVar("Said", LeanReport, ProbeAnswer)


class SharedLean(EmbeddedLean):
    """Cancelling a call here cancels it there. ``known`` is the folder of what was answered."""

    def __init__(self, known: Path, **settings: Any) -> None:
        super().__init__(**settings)
        self._known: Path | None = known
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(super().aclose(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def start(self) -> None:
        await self._there(super().start())

    async def check(self, request: CheckRequest) -> LeanReport:
        if (known := self._recall(request, LeanReport)) is not None:
            return known
        return self._keep(request, await self._there(super().check(request)))

    async def probe(self, request: ProbeRequest) -> ProbeAnswer:
        if (known := self._recall(request, ProbeAnswer)) is not None:
            return known
        return self._keep(request, await self._there(super().probe(request)))

    async def stats(self) -> dict[str, Any]:
        return await self._there(super().stats())

    async def aclose(self) -> None:
        """Whoever borrows it leaves it open: it ends with its ``with`` block."""

    @contextmanager
    def asked_anew(self) -> Iterator[None]:
        """Meanwhile nothing is taken from what is known, or added to it."""
        known, self._known = self._known, None
        try:
            yield
        finally:
            self._known = known

    def _recall(self, request: Asked, kind: type[Said]) -> Said | None:
        if self._known is None:
            return None
        try:
            return kind.model_validate_json(self._file(self._known, request).read_text("utf-8"))
        except FileNotFoundError:
            return None

    def _keep(self, request: Asked, said: Said) -> Said:
        """What may end otherwise another time is not kept."""
        if self._known is not None and said.status in ("done", "failed"):
            file = self._file(self._known, request)
            draft = file.with_suffix(f".{os.getpid()}")
            draft.write_text(said.model_dump_json(), encoding="utf-8")
            draft.replace(file)
        return said

    @staticmethod
    def _file(folder: Path, request: Asked) -> Path:
        return folder / fingerprint([type(request).__name__, request.model_dump()])

    async def _there(self, call: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(call, self._loop))
