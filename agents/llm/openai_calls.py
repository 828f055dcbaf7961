"""The calls to one server that speaks OpenAI's protocol.

A stream is read by the ``openai`` package. A whole answer needs nothing of it but its headers and
its errors, and goes straight to aiohttp, which the package runs on as well: its layers above that
take four times the processor time of the call itself, and a batch against a fast server is bound
by it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx2
import openai

PATH = "/chat/completions"

# What the package would say of itself and of the machine. It is nobody's business.
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
# Seconds. Many servers close a connection that was idle for five, and a call that is sent into that
# fails.
KEEP_ALIVE = 4.0


class Calls:
    """All calls to ``url``; ``timeout`` is of one. ``concurrency`` bounds the calls that are under
    way, and the open streams: apart, since who reads a stream may ask something before reading on,
    and must not wait for itself.

    The body goes as it is: the package's typed ``create`` walks through every schema in it."""

    def __init__(self, url: str, api_key: str, timeout: openai.Timeout, concurrency: int) -> None:
        self._url = url + PATH
        self._client = openai.AsyncOpenAI(
            # Servers of one's own mostly want no key, but the package wants one.
            api_key=api_key or "none",
            base_url=url,
            max_retries=0,
            timeout=timeout,
            default_headers=ENCODINGS,
            http_client=openai.DefaultAioHttpClient(),
        )
        self._timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=timeout.connect, sock_read=timeout.read
        )
        self._session: aiohttp.ClientSession | None = None
        # Not the session's: aiohttp tells a proxy what all requests of a session have, the key too.
        self._headers: dict[str, str] = {}
        self._calls = asyncio.Semaphore(concurrency)
        self._streams = asyncio.Semaphore(concurrency)

    @asynccontextmanager
    async def room(self, *, stream: bool = False) -> AsyncIterator[None]:
        """Waits until there is room for one call, and keeps it."""
        async with self._streams if stream else self._calls:
            yield

    async def ask(self, body: dict[str, Any]) -> bytes:
        """The answer's body. Raises what the package raises: APIStatusError, APIConnectionError."""
        if self._session is None:
            self._session = self._connected()
        try:
            async with self._session.post(
                self._url, data=json.dumps(body).encode(), headers=self._headers
            ) as answer:
                content = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise openai.APIConnectionError(request=self._asked()) from error
        if answer.status >= 300:
            raise refusal(answer.status, answer.raw_headers, content, self._asked())
        return content

    async def stream(self, body: dict[str, Any]) -> openai.AsyncStream[Any]:
        """The events as plain JSON."""
        return await self._client.post(
            PATH,
            body=body,
            cast_to=object,
            options={"headers": UNSAID},
            stream=True,
            stream_cls=openai.AsyncStream[Any],
        )

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
        await self._client.close()

    def _connected(self) -> aiohttp.ClientSession:
        """With the package's headers, its key and its certificates."""
        said = self._client.default_headers | self._client.auth_headers | UNSAID
        self._headers = {name: text for name, text in said.items() if isinstance(text, str)}
        secure = httpx2.create_ssl_context() if self._url.startswith("https:") else True
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE, ssl=secure),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            proxy=proxy_for(self._url),
        )

    def _asked(self) -> httpx2.Request:
        """What the package's errors want to know."""
        return httpx2.Request("POST", self._url)


def proxy_for(url: str) -> str | None:
    """As the environment has it (HTTPS_PROXY, NO_PROXY, ...): aiohttp's own way asks the
    environment for every call, in a thread."""
    place, proxies = urlsplit(url), getproxies()
    if not place.hostname or proxy_bypass(place.hostname):
        return None
    proxy = proxies.get(place.scheme) or proxies.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


def refusal(
    status: int,
    headers: tuple[tuple[bytes, bytes], ...],
    content: bytes,
    asked: httpx2.Request,
) -> openai.APIStatusError:
    """The package's error for an answer that is none: its body is what stands under "error"."""
    text = content.decode(errors="replace")
    try:
        said = json.loads(text)
    except ValueError:
        said = text
    if isinstance(said, dict):
        said = said.get("error", said)
    answer = httpx2.Response(status, headers=list(headers), request=asked)
    return openai.APIStatusError(text, response=answer, body=said)
