"""The one layer of retries: how often, how long, and how the waits grow."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import TypeVar

import stamina
from pydantic import Field

from proofloop.agents.llm.base import Chunk
from proofloop.core.errors import ModelUnavailable
from proofloop.core.model import Frozen

T = TypeVar("T")

# Failed attempts are in the journal; where logging is not set up they stay off standard error.
logger = logging.getLogger(__name__)
for each in (logger, logging.getLogger("stamina")):
    each.addHandler(logging.NullHandler())


class Retry(Frozen):
    """When to try a call again; all times in seconds.

    Waits are ``initial * 2**k`` plus a random share of ``jitter``, at most ``longest``. An
    endpoint's Retry-After is honoured instead where it fits in ``total``; no attempt starts later
    than ``total + longest`` after the first.
    """

    attempts: int = Field(default=6, ge=1)
    total: float = Field(default=900.0, gt=0)
    initial: float = Field(default=0.5, ge=0)
    longest: float = Field(default=30.0, ge=0)
    jitter: float = Field(default=1.0, ge=0)

    async def call(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """The first result of ``attempt()``; its last error when all attempts fail."""
        start = time.monotonic()
        try:
            return await attempt()
        except ModelUnavailable as error:
            failed: list[ModelUnavailable] = [error]
        # Only now: the machinery of retries took a sixteenth of the time of a call.
        async for trial in self._trials(start):
            with trial:
                if failed:
                    raise failed.pop()
                return await attempt()
        raise AssertionError("unreachable")

    async def stream(
        self, attempt: Callable[[], AsyncGenerator[Chunk, None]]
    ) -> AsyncGenerator[Chunk, None]:
        """The pieces of a stream that is begun again while it fails before its first piece; later
        failures go to the reader, who has already seen a part."""
        async for trial in self._trials(time.monotonic()):
            with trial:
                pieces = attempt()
                head = await anext(pieces)
        async with aclosing(pieces):
            yield head
            async for piece in pieces:
                yield piece

    def _trials(self, start: float) -> AsyncIterator[stamina.Attempt]:
        """For attempts of which the first began at ``start``."""

        def wait(error: Exception) -> bool | float:
            if not isinstance(error, ModelUnavailable):
                return False
            logger.warning("%s", error)
            if error.retry_after is None:
                return True
            left = self.total - (time.monotonic() - start)
            return error.retry_after if error.retry_after <= left else False

        return stamina.retry_context(
            on=wait,
            attempts=self.attempts,
            timeout=self.total - (time.monotonic() - start),
            wait_initial=self.initial,
            wait_max=self.longest,
            wait_jitter=self.jitter,
        )
