"""A client for every server that speaks OpenAI's chat completions: OpenAI, vLLM, Ollama,
llama.cpp and gateways to others. Built on the official ``openai`` package with its own retries
off: they are ``Retry``'s.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, TypeVar
from urllib.parse import urlsplit

import openai
from pydantic import ValidationError

from proofloop.agents.llm.base import Chunk, Reply, Request
from proofloop.agents.llm.endpoint import before, draw
from proofloop.agents.llm.openai_calls import Calls
from proofloop.agents.llm.openai_errors import Translator
from proofloop.agents.llm.openai_reply import Completion, Piece, StreamedReply
from proofloop.agents.llm.openai_request import (
    chat_body,
    next_refusal,
    refuses_images,
    refuses_tools,
)
from proofloop.agents.llm.retry import Retry

T = TypeVar("T")

# How servers say that they do not know a field or a value of it.
REFUSALS = frozenset({400, 422, 501})
NO_TOOLS = 'it takes no tool calls; sampling.tool_calls = "json" asks for JSON actions instead'
NO_IMAGES = "it takes no images; --model names one that does"


class OpenAIModel:
    """One model at one server. ``concurrency`` bounds the calls under way, and apart from them the
    open streams; ``timeout`` (seconds) one call from its start to its last byte,
    ``connect_timeout`` the connection. Without ``api_key`` the server is one that wants none.

    What the server refuses (``n``, ``response_format``, ...) is noticed, done without, and
    remembered for the life of the client.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        api_key: str = "",
        retry: Retry | None = None,
        concurrency: int = 32,
        timeout: float = 600.0,
        connect_timeout: float = 10.0,
    ) -> None:
        self.name = name
        self.url = base_url.rstrip("/")
        self.retry = retry or Retry()
        self._timeout = timeout
        self._refused: set[str] = set()
        self._errors = Translator(f"{name} at {urlsplit(base_url).netloc}", api_key)
        limit = openai.Timeout(timeout, connect=min(connect_timeout, timeout))
        self._calls = Calls(self.url, api_key, limit, concurrency)

    @property
    def takes_n(self) -> bool:
        return "n" not in self._refused

    async def sample(self, request: Request, n: int = 1, *, first: int = 0) -> list[Reply]:
        return await draw(self, self.exchange, request, n, first)

    def stream(self, request: Request, *, index: int = 0) -> AsyncGenerator[Chunk, None]:
        return self.retry.stream(lambda: self.exchange_stream(request, index=index))

    async def aclose(self) -> None:
        await self._calls.aclose()

    async def exchange(self, request: Request, n: int, *, first: int) -> list[Reply]:
        """One call, not retried; ``sample`` is the public way."""
        async with self._calls.room():
            start = time.monotonic()
            try:
                async with asyncio.timeout(self._timeout):
                    raw, calls = await self._negotiate(self._calls.ask, request, n, first)
            except TimeoutError:
                raise self._errors.timeout(self._timeout, request) from None
            latency = round(time.monotonic() - start, 4)
        try:
            completion = Completion.model_validate_json(raw)
        except ValidationError as error:
            raise self._errors.malformed(error, raw.decode(errors="replace"), request) from None
        if len(completion.choices) < n:
            self._refused.add("n")
        return completion.replies(request, n, model=self.name, calls=calls, latency_s=latency)

    async def exchange_stream(self, request: Request, *, index: int) -> AsyncGenerator[Chunk, None]:
        """One streamed call, not retried; ``stream`` is the public way."""
        async with self._calls.room(stream=True):
            start = time.monotonic()
            answer = StreamedReply(request)
            try:
                async with aclosing(self._events(request, index, answer)) as events:
                    async for event in events:
                        if chunk := answer.add(Piece.model_validate(event)):
                            yield chunk
            except TimeoutError:
                raise self._errors.timeout(self._timeout, request) from None
            except openai.APIError as error:
                raise self._errors.streaming(error, answer.usage) from None
            except ValueError as error:
                raise self._errors.malformed(error, answer.text, request) from None
            if not answer.finished:
                raise self._errors.broken_off(answer.usage)
            yield Chunk(reply=answer.reply(self.name, round(time.monotonic() - start, 4)))

    async def _events(
        self, request: Request, index: int, answer: StreamedReply
    ) -> AsyncGenerator[Any, None]:
        """The JSON events of a stream; TimeoutError when the server takes too long."""
        deadline = asyncio.get_running_loop().time() + self._timeout
        async with asyncio.timeout_at(deadline):
            events, answer.calls = await self._negotiate(
                self._calls.stream, request, 1, index, stream=True
            )
        try:
            async for event in before(deadline, aiter(events)):
                yield event
        finally:
            await events.close()

    async def _negotiate(
        self,
        post: Callable[[dict[str, Any]], Awaitable[T]],
        request: Request,
        n: int,
        index: int,
        *,
        stream: bool = False,
    ) -> tuple[T, int]:
        """The answer and the calls it took: one, and one more for each feature of the request
        that the server turns out to refuse."""
        refused = set(self._refused)
        calls = 0
        while True:
            body = chat_body(self.name, request, n=n, index=index, stream=stream, refused=refused)
            calls += 1
            try:
                answer = await post(body)
            except openai.APIStatusError as error:
                complaint = self._errors.complaint(error)
                known = error.status_code in REFUSALS
                feature = next_refusal(body, complaint) if known else None
                if feature is None:
                    no_tools = known and refuses_tools(body, complaint)
                    no_images = known and refuses_images(body, complaint)
                    hint = NO_TOOLS * no_tools or NO_IMAGES * no_images
                    raise self._errors.status(error, hint=hint) from None
                refused.add(feature)
                n = 1 if feature == "n" else n
            except openai.APIConnectionError as error:
                raise self._errors.connection(error, request) from None
            else:
                self._refused |= refused
                return answer, calls
