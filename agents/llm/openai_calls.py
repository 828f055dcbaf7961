"""The ``openai`` package's client of one server, over its aiohttp transport, which takes about half
the processor time of its own: a batch against a fast server is bound by that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import httpx2
import openai

PATH = "/chat/completions"

# What the package would say of itself and of the machine. Each costs more time in the layers below
# than it seems, and it is nobody's business.
UNSAID = dict.fromkeys(
    (
        "X-Stainless-Lang", "X-Stainless-Package-Version", "X-Stainless-OS", "X-Stainless-Arch",
        "X-Stainless-Runtime", "X-Stainless-Runtime-Version", "X-Stainless-Async",
        "X-Stainless-Retry-Count", "X-Stainless-Read-Timeout",
    ),
    openai.Omit(),
)  # fmt: skip
# What both aiohttp and httpx2 can read, whatever else is installed.
ENCODINGS = {"Accept-Encoding": "gzip, deflate"}


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
            default_headers=ENCODINGS,
            http_client=Client(),
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
        return await self._client.post(
            self._path, body=body, cast_to=httpx2.Response, options={"headers": UNSAID}
        )

    async def stream(self, body: dict[str, Any]) -> openai.AsyncStream[Any]:
        """The events as plain JSON."""
        return await self._client.post(
            self._path,
            body=body,
            cast_to=object,
            options={"headers": UNSAID},
            stream=True,
            stream_cls=openai.AsyncStream[Any],
        )

    async def aclose(self) -> None:
        await self._client.close()


class Client(openai.DefaultAioHttpClient):
    """Sends each request as the package has made it. It has nothing of its own (headers, cookies,
    a base) that would have to be merged into one, about a tenth of the Python of a call."""

    def build_request(self, method: str, url: Any, **fields: Any) -> httpx2.Request:
        timeout = httpx2.Timeout(fields["timeout"]).as_dict()
        return httpx2.Request(
            method,
            parsed(str(url)),
            content=fields["content"],
            headers=fields["headers"],
            extensions={"timeout": timeout},
        )


@lru_cache(maxsize=16)
def parsed(url: str) -> httpx2.URL:
    return httpx2.URL(url)
