"""HTTP with a server that speaks OpenAI's protocol: JSON goes out, JSON or a stream of it comes in.

On aiohttp, which parses in C: a call costs a sixth of the processor time that it costs in the
``openai`` package, and a batch against a fast server is bound by that.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

import proofloop
from proofloop.core.errors import SettingsError

KEEP_SECONDS = 4.0  # idle connections: uvicorn, on which vLLM runs, hangs up after 5
LONGEST_LINE = 2**20  # of a stream, in bytes; events with log-probabilities are long


class StatusError(Exception):
    """The server answered with an HTTP error; ``body`` is its text, or the JSON it holds."""

    def __init__(self, response: aiohttp.ClientResponse, text: str) -> None:
        super().__init__(response.status)
        self.status = response.status
        self.headers = response.headers
        try:
            body = json.loads(text)
        except ValueError:
            body = text.strip()
        self.body: Any = (body.get("error") or body) if isinstance(body, dict) else body

    def field(self, name: str) -> str:
        value = self.body.get(name) if isinstance(self.body, dict) else None
        return "" if value is None else str(value)


class StreamError(Exception):
    """The server reported an error in the middle of a stream."""


class Server:
    """The server at ``url``, over connections that are kept. Its methods raise StatusError, and
    aiohttp.ClientError where there is no answer. ``connect_timeout`` is in seconds; how long an
    answer may take is the caller's to say.

    ``concurrency`` bounds the calls that are under way, and the open streams: apart, since who
    reads a stream may ask something before reading on, and must not wait for itself.
    """

    def __init__(
        self, url: str, api_key: str, *, connect_timeout: float, concurrency: int = 32
    ) -> None:
        self.url = url.rstrip("/")
        self._key = api_key
        self._proxy = proxy_for(url)
        self._connect_timeout = connect_timeout
        self._calls = asyncio.Semaphore(concurrency)
        self._streams = asyncio.Semaphore(concurrency)
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def room(self, *, stream: bool = False) -> AsyncIterator[None]:
        """Waits until there is room for one call, and keeps it."""
        async with self._streams if stream else self._calls:
            yield

    async def post(self, path: str, body: dict[str, Any]) -> bytes:
        async with await self.begin(path, body) as response:
            return await response.read()

    async def begin(self, path: str, body: dict[str, Any]) -> aiohttp.ClientResponse:
        """The answer as soon as it has begun: the caller reads it, and closes it."""
        if self._session is None:
            self._session = self._open()
        # Pure ASCII: lone surrogates, which models do write, have no UTF-8.
        data = json.dumps(body, separators=(",", ":")).encode()
        response = await self._session.post(self.url + path, data=data)
        if response.status < 400:
            return response
        async with response:
            raise StatusError(response, await response.text(errors="replace"))

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            headers={
                # Servers of one's own mostly want no key, and do not mind one.
                "Authorization": f"Bearer {self._key or 'none'}",
                "Content-Type": "application/json",
                "Accept": "application/json",
                "User-Agent": f"proofloop/{proofloop.__version__}",
            },
            connector=aiohttp.TCPConnector(
                limit=0, ssl=certificates(), keepalive_timeout=KEEP_SECONDS
            ),
            timeout=aiohttp.ClientTimeout(total=None, connect=self._connect_timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            read_bufsize=LONGEST_LINE,
            proxy=self._proxy,
        )


async def events(response: aiohttp.ClientResponse) -> AsyncGenerator[Any, None]:
    """The JSON of the server-sent events. Raises StreamError, and ValueError for one that is no
    JSON."""
    data: list[bytes] = []
    async for line in response.content:
        name, _, value = line.strip().partition(b":")
        if name == b"data":
            data.append(value)
        elif not name and data:
            text, data = b"\n".join(data).strip(), []
            if text.startswith(b"[DONE]"):
                return
            event = json.loads(text)
            if isinstance(event, dict) and (error := event.get("error")):
                raise StreamError(error.get("message") if isinstance(error, dict) else error)
            yield event


def proxy_for(url: str) -> str | None:
    """The proxy that the environment (HTTPS_PROXY, NO_PROXY, ...) or the system has for this URL.
    aiohttp can look it up too, but reads files for it at every call. Raises SettingsError for one
    that does not speak HTTP."""
    parts = urlsplit(url)
    if proxy_bypass(parts.netloc):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy and (scheme := urlsplit(proxy).scheme) not in ("http", "https"):
        raise SettingsError(f"the proxy for {parts.netloc} must be an HTTP proxy, not {scheme}")
    return proxy


def certificates() -> ssl.SSLContext | bool:
    """Whom to trust: OpenSSL's certificates, and where Python comes without any the system's."""
    if sys.platform == "linux" or os.environ.keys() & {"SSL_CERT_FILE", "SSL_CERT_DIR"}:
        return True
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
