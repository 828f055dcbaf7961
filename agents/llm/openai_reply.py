"""Answers in the format of OpenAI's chat completions, read as replies.

What an endpoint leaves out is None (log-probabilities) or an estimate that says so (usage).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from proofloop.agents.llm.base import Chunk, Reply, Request, ToolCall
from proofloop.agents.llm.tokens import estimate_prompt, estimate_tokens, estimate_usage
from proofloop.core.task import TokenLogprob, Usage

FINISH = {
    "length": "length",
    "max_tokens": "length",
    "content_filter": "filter",
    "abort": "cancelled",
}


class _Function(BaseModel):
    """Some servers give the arguments as an object and not as its text."""

    name: str | None = None
    arguments: Any = None

    @property
    def written(self) -> str:
        if self.arguments is None or isinstance(self.arguments, str):
            return self.arguments or ""
        return json.dumps(self.arguments, ensure_ascii=False)


class _ToolCall(BaseModel):
    """``index`` is there in streams only, where a call comes in several pieces."""

    index: int | None = None
    id: str | None = None
    function: _Function = _Function()


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_ToolCall] | None = None


class _Choice(BaseModel):
    index: int = 0
    message: _Message
    finish_reason: str | None = None
    logprobs: Any = None

    @property
    def text(self) -> str:
        return self.message.content or self.message.refusal or ""

    @property
    def written(self) -> str:
        """All that the model has written."""
        return self.text + "".join(call.function.written for call in self.message.tool_calls or ())


class _PieceChoice(BaseModel):
    delta: _Message = _Message()
    finish_reason: str | None = None
    logprobs: Any = None


class Completion(BaseModel):
    """The body of an answer, as far as it is read."""

    choices: list[_Choice] = Field(min_length=1)
    model: str | None = None
    usage: Any = None

    def replies(
        self, request: Request, n: int, *, model: str, calls: int, latency_s: float
    ) -> list[Reply]:
        """The first ``n`` choices; ``model`` is the name where the endpoint gives none."""
        choices = sorted(self.choices, key=lambda choice: choice.index)[:n]
        wanted = request.sampling.logprobs is not None
        logprobs = [read_logprobs(choice.logprobs) if wanted else None for choice in choices]
        usages = _shares(read_usage(self.usage), request, choices)
        return [
            Reply(
                text=choice.text,
                model=self.model or model,
                finish=_finish(choice.finish_reason, choice.message),
                usage=usage,
                logprobs=None if tokens is None else tuple(tokens),
                latency_s=latency_s,
                calls=0 if place else calls,
                tool_calls=read_tool_calls(choice.message.tool_calls or ()),
            )
            for place, (choice, usage, tokens) in enumerate(
                zip(choices, usages, logprobs, strict=True)
            )
        ]


class Piece(BaseModel):
    """One event of a streamed answer; the one with the usage has no choices."""

    choices: list[_PieceChoice] = []
    model: str | None = None
    usage: Any = None


class StreamedReply:
    """A reply that grows piece by piece."""

    def __init__(self, request: Request) -> None:
        self.calls = 1
        self.text = ""
        self.finished = False
        self._request = request
        self._finish = "stop"
        self._model: str | None = None
        self._usage: Usage | None = None
        self._logprobs: list[TokenLogprob] | None = []
        self._tool_calls: dict[int, _ToolCall] = {}

    def add(self, piece: Piece) -> Chunk | None:
        """What this piece brings for the reader, if anything."""
        self._model = piece.model or self._model
        self._usage = read_usage(piece.usage) or self._usage
        if not piece.choices:
            return None
        choice = piece.choices[0]
        text = choice.delta.content or choice.delta.refusal or ""
        self.text += text
        for piece_of_call in choice.delta.tool_calls or ():
            self._add_to_call(piece_of_call)
        if choice.finish_reason is not None:
            self.finished = True
            self._finish = _finish(choice.finish_reason, choice.delta)
        if text and self._logprobs is not None:
            tokens = read_logprobs(choice.logprobs)
            self._logprobs = None if tokens is None else self._logprobs + tokens
        return Chunk(text=text, usage=self._usage) if text else None

    def _add_to_call(self, piece: _ToolCall) -> None:
        """A piece without an index is a call of its own."""
        place = len(self._tool_calls) if piece.index is None else piece.index
        before = self._tool_calls.get(place, _ToolCall())
        function = _Function(
            name=(before.function.name or "") + (piece.function.name or ""),
            arguments=before.function.written + piece.function.written,
        )
        self._tool_calls[place] = _ToolCall(id=before.id or piece.id, function=function)

    @property
    def usage(self) -> Usage:
        calls = (call.function.written for call in self._tool_calls.values())
        return self._usage or estimate_usage(self._request, self.text + "".join(calls))

    def reply(self, model: str, latency_s: float) -> Reply:
        wanted = self._request.sampling.logprobs is not None
        return Reply(
            text=self.text,
            model=self._model or model,
            finish=self._finish,
            usage=self.usage,
            logprobs=tuple(self._logprobs) if wanted and self._logprobs else None,
            latency_s=latency_s,
            calls=self.calls,
            tool_calls=read_tool_calls(call for _, call in sorted(self._tool_calls.items())),
        )


def read_tool_calls(calls: Iterable[_ToolCall]) -> tuple[ToolCall, ...]:
    """The calls, each with an id of its own: some servers give none, or one to all."""
    calls = list(calls)
    ids = [call.id for call in calls]
    if not all(ids) or len(set(ids)) < len(ids):
        ids = [f"call_{place}" for place in range(len(calls))]
    return tuple(
        ToolCall(id=str(id), name=call.function.name or "", arguments=call.function.written)
        for id, call in zip(ids, calls, strict=True)
    )


def read_usage(value: Any) -> Usage | None:
    """The endpoint's own count, None where it gives none that makes sense."""
    try:
        usage = Usage(
            prompt_tokens=value["prompt_tokens"], completion_tokens=value["completion_tokens"]
        )
    except (TypeError, KeyError, ValidationError):
        return None
    return usage if min(usage.prompt_tokens, usage.completion_tokens) >= 0 else None


def read_logprobs(value: Any) -> list[TokenLogprob] | None:
    """The log-probabilities of a choice, None where they are missing or not all there."""
    try:
        return [
            TokenLogprob(
                token=item["token"],
                logprob=item["logprob"],
                top=tuple((top["token"], top["logprob"]) for top in item["top_logprobs"] or ()),
            )
            for item in value["content"]
        ] or None
    except (TypeError, KeyError, ValidationError):
        return None


def _finish(reason: str | None, message: _Message) -> str:
    return "filter" if message.refusal else FINISH.get(reason or "stop", "stop")


def _shares(counted: Usage | None, request: Request, choices: Sequence[_Choice]) -> list[Usage]:
    """The usage of one call shared out over its samples, by the lengths of their texts; the
    shares add up to the whole."""
    estimates = [estimate_tokens(choice.written) for choice in choices]
    if len(choices) == 1 and counted is not None:
        return [counted]
    prompt = counted.prompt_tokens if counted else estimate_prompt(request)
    completion = counted.completion_tokens if counted else sum(estimates)
    even = _split(prompt, [1] * len(choices))
    by_length = _split(completion, [1 + size for size in estimates])
    return [
        Usage(prompt_tokens=asked, completion_tokens=said, estimated=True)
        for asked, said in zip(even, by_length, strict=True)
    ]


def _split(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` in whole parts in proportion to ``weights``."""
    shares: list[int] = []
    left, weight_left = total, sum(weights)
    for weight in weights:
        shares.append(left * weight // weight_left)
        left, weight_left = left - shares[-1], weight_left - weight
    return shares
