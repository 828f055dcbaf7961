"""What the journal knows goes before what has to be asked.

Several try for one end, and the first to get there breaks the others off. A run that was killed
then tries again, and there the winner's answers are in the journal while those that were broken off
are not: asked again, they would be paid for once more, and lose once more. So each of a race's
lanes waits before a call that is not recorded until no lane gets any further without one.

    gate = Gate()
    tasks = [asyncio.create_task(gate.lane(each)) for each in lanes]
    gate.expect(len(tasks))      # and again whenever some have ended and others go on
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")


class Gate:
    """Shut until every lane that runs waits at it; then open for good."""

    def __init__(self) -> None:
        self._opened = asyncio.Event()
        self._waiting: Counter[int] = Counter()  # by lane, how many of its calls
        self._lanes = 0
        self._begun = 0

    async def lane(self, run: Coroutine[Any, Any, T]) -> T:
        """A lane, in a task of its own."""
        self._begun += 1
        _LANE.set((self, self._begun))
        return await run

    def expect(self, lanes: int) -> None:
        """So many lanes run from now on."""
        self._lanes = lanes
        self._look()

    async def passed(self, lane: int) -> bool:
        """Waits until it is open; whether it had to."""
        if self._opened.is_set():
            return False
        self._waiting[lane] += 1
        self._look()
        try:
            await self._opened.wait()
        finally:
            self._waiting[lane] -= 1
            self._waiting += Counter()  # those that are left
        return True

    def _look(self) -> None:
        if len(self._waiting) >= self._lanes:
            self._opened.set()


_LANE: ContextVar[tuple[Gate, int] | None] = ContextVar("lane", default=None)


async def others_first() -> bool:
    """Called before a call that is not recorded: lets the other lanes of the race, if this is in
    one, go on with what is. Whether that took a while, in which it may have been recorded."""
    found = _LANE.get()
    return found is not None and await found[0].passed(found[1])
