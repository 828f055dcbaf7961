"""The seam between a networked client and what counts and records its calls.

A sample that an agent asks for may take several HTTP exchanges: retries, and one exchange a sample
where the server does not take ``n``. Whoever counts money or writes a journal must see each of
them, so a client offers its single exchanges here, and ``draw`` puts them together.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from typing import Protocol, TypeVar, runtime_checkable

from proofloop.agents.llm.base import Chunk, Model, Reply, Request
from proofloop.agents.llm.retry import Retry

T = TypeVar("T")


class Exchange(Protocol):
    """One HTTP exchange, not retried: brings the samples ``first``, ``first + 1``, ... in order,
    at least one and at most ``n`` of them."""

    def __call__(self, request: Request, n: int, *, first: int) -> Awaitable[list[Reply]]: ...


@runtime_checkable
class Endpoint(Model, Protocol):
    """A model behind a network. ``url`` names the server and holds no secret; ``takes_n`` is
    whether one exchange can bring several samples, as far as is known."""

    @property
    def url(self) -> str: ...

    @property
    def retry(self) -> Retry: ...

    @property
    def takes_n(self) -> bool: ...

    async def exchange(self, request: Request, n: int, *, first: int) -> list[Reply]: ...

    def exchange_stream(self, request: Request, *, index: int) -> AsyncGenerator[Chunk, None]: ...


async def draw(
    endpoint: Endpoint, exchange: Exchange, request: Request, n: int, first: int
) -> list[Reply]:
    """``n`` samples in as few exchanges as the endpoint allows, each retried by itself. When some
    fail for good the others are still brought to their end (they are paid for, and recorded by a
    recording ``exchange``); then the first failure is raised."""

    async def fetch(start: int, count: int) -> list[Reply]:
        return await endpoint.retry.call(lambda: exchange(request, count, first=start))

    replies = await fetch(first, n) if n == 1 or endpoint.takes_n else []
    singles = (fetch(index, 1) for index in range(first + len(replies), first + n))
    for outcome in await asyncio.gather(*singles, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
        replies += outcome
    return replies


async def before(deadline: float | None, pieces: AsyncIterator[T]) -> AsyncIterator[T]:
    """The pieces, until the loop's clock shows ``deadline``: then TimeoutError. The clock runs out
    only while a piece is awaited and never interrupts the reader."""
    while True:
        async with asyncio.timeout_at(deadline):
            try:
                piece = await anext(pieces)
            except StopAsyncIteration:
                return
        yield piece
