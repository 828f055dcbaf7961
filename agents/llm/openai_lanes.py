"""Connections to one server in several small pools.

An HTTP pool looks at each of its idle connections at the beginning and at the end of every call, so
a pool of 64 costs more time than all the rest of a call. A lane has a pool of at most ``WIDTH``
connections; lanes are opened when those before them are full, so that calls made one after the
other keep to one connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import openai

WIDTH = 4
PATH = "/chat/completions"


class Lane:
    """An ``openai`` client with a pool of its own. The body goes as it is: the package's typed
    ``create`` walks through every schema in it, which is a fifth of the time of a call."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self.client = client
        self.under_way = 0

    async def ask(self, body: dict[str, Any]) -> httpx2.Response:
        """Raises what the package raises: APIStatusError, APIConnectionError."""
        return await self.client.post(PATH, body=body, cast_to=httpx2.Response)

    async def stream(self, body: dict[str, Any]) -> openai.AsyncStream[Any]:
        """The events as plain JSON."""
        return await self.client.post(
            PATH, body=body, cast_to=object, stream=True, stream_cls=openai.AsyncStream[Any]
        )


class Lanes:
    """All lanes to ``url``; ``timeout`` is of one call. ``concurrency`` bounds the calls that are
    under way in all of them, and the open streams: apart, since who reads a stream may ask
    something before reading on, and must not wait for itself."""

    def __init__(self, url: str, api_key: str, timeout: openai.Timeout, concurrency: int) -> None:
        self._url, self._api_key, self._timeout = url, api_key, timeout
        self._calls = asyncio.Semaphore(concurrency)
        self._streams = asyncio.Semaphore(concurrency)
        self._trust = httpx2.create_ssl_context()  # reading the certificates takes long
        self._lanes: list[Lane] = []

    @asynccontextmanager
    async def one(self, *, stream: bool = False) -> AsyncIterator[Lane]:
        """The first lane with room, for one call."""
        async with self._streams if stream else self._calls:
            lane = next((each for each in self._lanes if each.under_way < WIDTH), None)
            lane = lane or self._open()
            lane.under_way += 1
            try:
                yield lane
            finally:
                lane.under_way -= 1

    async def aclose(self) -> None:
        for lane in self._lanes:
            await lane.client.close()

    def _open(self) -> Lane:
        client = openai.AsyncOpenAI(
            # Servers of one's own mostly want no key, but the package wants one.
            api_key=self._api_key or "none",
            base_url=self._url,
            max_retries=0,
            timeout=self._timeout,
            http_client=openai.DefaultAsyncHttpxClient(verify=self._trust),
        )
        self._lanes.append(Lane(client))
        return self._lanes[-1]
