"""The ``openai`` package's client of one server, over its aiohttp transport, which takes about half
the processor time of its own: a batch against a fast server is bound by that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import openai

PATH = "/chat/completions"


class Calls:
    """All calls to ``url``; ``timeout`` is of one. ``concurrency`` bounds the calls that are under
    way, and the open streams: apart, since who reads a stream may ask something before reading on,
    and must not wait for itself.

    The body goes as it is: the package's typed ``create`` walks through every schema in it, which
    is a fifth of the time of a call."""

    def __init__(self, url: str, api_key: str, timeout: openai.Timeout, concurrency: int) -> None:
        self._client = openai.AsyncOpenAI(
            # Servers of one's own mostly want no key, but the package wants one.
            api_key=api_key or "none",
            base_url=url,
            max_retries=0,
            timeout=timeout,
            http_client=openai.DefaultAioHttpClient(),
        )
        self._path = url + PATH  # whole, or it is parsed once more for every call
        self._calls = asyncio.Semaphore(concurrency)
        self._streams = asyncio.Semaphore(concurrency)

    @asynccontextmanager
    async def room(self, *, stream: bool = False) -> AsyncIterator[None]:
        """Waits until there is room for one call, and keeps it."""
        async with self._streams if stream else self._calls:
            yield

    async def ask(self, body: dict[str, Any]) -> httpx2.Response:
        """Raises what the package raises: APIStatusError, APIConnectionError."""
        return await self._client.post(self._path, body=body, cast_to=httpx2.Response)

    async def stream(self, body: dict[str, Any]) -> openai.AsyncStream[Any]:
        """The events as plain JSON."""
        return await self._client.post(
            self._path,
            body=body,
            cast_to=object,
            stream=True,
            stream_cls=openai.AsyncStream[Any],
        )

    async def aclose(self) -> None:
        await self._client.close()
