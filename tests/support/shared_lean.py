"""One warm Lean for the whole session, whichever event loop asks it.

A backend belongs to the loop that starts it: pytest's own for async tests, a new one for every
command. So this one lives in the loop of a thread of its own, and requests are carried there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

from proofloop.tools.lean.backend import CheckRequest, ProbeAnswer, ProbeRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.report import LeanReport

T = TypeVar("T")


class SharedLean(EmbeddedLean):
    """Cancelling a call here cancels it there."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
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
        return await self._there(super().check(request))

    async def probe(self, request: ProbeRequest) -> ProbeAnswer:
        return await self._there(super().probe(request))

    async def stats(self) -> dict[str, Any]:
        return await self._there(super().stats())

    async def aclose(self) -> None:
        """Whoever borrows it leaves it open: it ends with its ``with`` block."""

    async def _there(self, call: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(call, self._loop))
