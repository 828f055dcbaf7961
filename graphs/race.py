"""Several ways to the same end, some at a time; the first that gets there stops the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from proofloop.agents.llm.gate import Gate
from proofloop.core.errors import BudgetExceeded, ModelUnavailable

T = TypeVar("T")
Lane = Callable[[], Coroutine[Any, Any, T]]

# What one lane can meet while another still comes to its end.
SURVIVABLE = (BudgetExceeded, ModelUnavailable)


@dataclass(frozen=True)
class Race(Generic[T]):
    """``winner`` is the first result that won, None without one; ``results`` are those of all
    lanes that came to their end, the winner's too, in the order in which they did."""

    winner: T | None
    results: tuple[T, ...]


async def race(
    lanes: Iterable[Lane[T]], *, width: int, won: Callable[[T], bool] | None = None
) -> Race[T]:
    """Run the lanes in their order, ``width`` at a time, until one has ``won``; without that, to
    the end of all. The others are cancelled and have ended when this returns: their model calls and
    checks are broken off, and a race that is run again after a kill does not make them again
    (agents/llm/gate.py).

    A lane that fails for want of budget or of an endpoint starts no further lane, and what runs
    goes on; its error is raised when none of those wins. Any other error ends the race at once."""
    waiting = iter(lanes)
    running: list[asyncio.Task[T]] = []
    results: list[T] = []
    failure: BaseException | None = None
    gate = Gate() if won else None
    try:
        while True:
            while failure is None and len(running) < width and (lane := next(waiting, None)):
                running.append(asyncio.create_task(gate.lane(lane()) if gate else lane()))
            if not running:
                break
            if gate:
                gate.expect(len(running))
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            ended = [task for task in running if task.done()]
            running = [task for task in running if task not in ended]
            results += [task.result() for task in ended if task.exception() is None]
            winner = next((result for result in results if won and won(result)), None)
            if winner is not None:
                return Race(winner, tuple(results))
            for error in filter(None, (task.exception() for task in ended)):
                if not isinstance(error, SURVIVABLE):
                    raise error
                failure = failure or error
        if failure is not None:
            raise failure
        return Race(None, tuple(results))
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
