"""Time in tests on a machine that may be busy: what is waited for may take long, and a limit is
reached when the test says so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PATIENCE = 240.0  # seconds, less than a test may take


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited for in vain"
        time.sleep(0.005)


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """``wait_until`` that lets the loop run."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited for in vain"
        await asyncio.sleep(0.005)


def let_pass(seconds: float) -> None:
    """The running loop's clock goes on by so many seconds at once, for good: what it was to end by
    then, it ends now."""
    loop = asyncio.get_running_loop()
    now = loop.time
    loop.time = lambda: now() + seconds  # type: ignore[method-assign]
