"""The seam between agents and language models.

A model answers a ``Request`` with ``Reply`` values. Everything an agent knows about a model is in
this file; clients, recorders and the offline model all implement ``Model``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sized
from typing import Any, Literal, Protocol

from pydantic import Field, JsonValue

from proofloop.core.image import Image
from proofloop.core.model import Frozen
from proofloop.core.task import TokenLogprob, Usage

CANCELLED = "cancelled"  # the ``finish`` of a stream that its reader cut


def empty(value: Sized) -> bool:
    return not value


class ToolSpec(Frozen):
    """A function that the model may call; ``parameters`` is the JSON schema of its arguments."""

    name: str
    description: str
    parameters: dict[str, Any]


class ToolCall(Frozen):
    """A call as the model wrote it: ``arguments`` is a text that should be a JSON object, and
    ``name`` may be of no tool that there is."""

    id: str
    name: str
    arguments: str


class Message(Frozen):
    """``images`` are shown after the text of a user's message. ``tool_calls`` are an assistant's; a
    message of role "tool" is the result of the call ``tool_call_id``. Empty fields are left out of
    the JSON, so that what has none is recorded and sent as if there were no such thing."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    images: tuple[Image, ...] = Field(default=(), exclude_if=empty)
    tool_calls: tuple[ToolCall, ...] = Field(default=(), exclude_if=empty)
    tool_call_id: str = Field(default="", exclude_if=empty)


class Sampling(Frozen):
    """How to sample; None leaves the choice to the endpoint. ``logprobs`` asks for that many
    alternatives per token (0: only the sampled token's own log-probability)."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    logprobs: int | None = None


class Request(Frozen):
    """One prompt. ``role`` names the agent that asks (formalizer, judge, ...), ``prompt`` the
    version of its templates (agents/prompts.py); ``inputs`` is the data its prompt was made from,
    for models that work on data and not on prose (the offline model); ``json_schema`` asks for an
    answer of that shape; ``continues`` asks an endpoint that can (vLLM and servers like it) to go
    on writing the last message, an assistant's; ``tools`` are those that the model may call instead
    of, or besides, saying something."""

    messages: tuple[Message, ...]
    role: str
    prompt: str = ""
    inputs: dict[str, JsonValue] = Field(default_factory=dict)
    sampling: Sampling = Sampling()
    json_schema: dict[str, Any] | None = None
    schema_name: str = "answer"
    continues: bool = False
    tools: tuple[ToolSpec, ...] = Field(default=(), exclude_if=empty)


class Reply(Frozen):
    """One sample. ``finish`` is "stop", "length", "filter" or "cancelled"; ``latency_s`` is wall
    seconds of the call that brought it; ``logprobs`` is None where the endpoint gives none.

    Where one call brought several samples, ``usage`` is this sample's share of the call's tokens
    and ``calls`` is 0 for all but the first of them, so that sums over replies are right."""

    text: str
    model: str
    finish: str = "stop"
    usage: Usage = Usage()
    logprobs: tuple[TokenLogprob, ...] | None = None
    latency_s: float = 0.0
    calls: int = 1
    tool_calls: tuple[ToolCall, ...] = Field(default=(), exclude_if=empty)


class Chunk(Frozen):
    """A piece of a streamed reply; the last one carries ``reply``, the whole. ``usage`` is what
    the call has used so far, where the endpoint says so on the way. Tool calls come whole, in
    ``reply``."""

    text: str = ""
    usage: Usage | None = None
    reply: Reply | None = None


class Model(Protocol):
    """A language model. ``name`` is what journals and price tables call it."""

    @property
    def name(self) -> str: ...

    async def sample(self, request: Request, n: int = 1, *, first: int = 0) -> list[Reply]:
        """``n`` independent samples with the indices ``first`` to ``first + n - 1``. The index is
        part of a sample's identity: sample 3 asked again is sample 3, not a new one.

        Raises ModelRejected, ModelUnavailable, ModelMalformed or BudgetExceeded."""
        ...

    def stream(self, request: Request, *, index: int = 0) -> AsyncGenerator[Chunk, None]:
        """One sample, piece by piece. Closing the iterator cancels the call at the endpoint: read
        it under ``contextlib.aclosing`` if you may stop early."""
        ...

    async def aclose(self) -> None: ...
