"""Giving up a sample while it is written (adaptive inference-time compute, arXiv 2410.02725).

After ``after`` tokens the model is shown the beginning and asked whether a new start would do
better (``agents/self_evaluator.py``). Where its confidence in going on is below ``below`` the
stream is closed, which drops the connection: nothing more is generated or paid for. The paper
keeps the better half of the beginnings at a length that it does not give; a threshold needs no
waiting of one sample for the others, whose streams would go on meanwhile. Like every confidence of
a model that was not trained for it, it wants calibrating.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypedDict

from proofloop.agents.llm.base import CANCELLED, Model, Reply, Request, Sampling
from proofloop.agents.llm.cut import cutting
from proofloop.agents.llm.tokens import estimate_tokens, estimate_usage
from proofloop.agents.self_evaluator import SelfEvaluator
from proofloop.agents.solver import candidate_of, solve_request
from proofloop.core.errors import BudgetExceeded, ModelError, ModelMalformed
from proofloop.core.task import Task, Usage
from proofloop.graphs.detect import CHECK_SECONDS

Confidence = Callable[[str], Awaitable[float | None]]


@dataclass(frozen=True)
class Pruning:
    """``after`` tokens (estimated) of a sample it is given up where the confidence is ``below``;
    0 tokens: none is."""

    after: int = 0
    below: float = 0.3
    check_seconds: float = CHECK_SECONDS

    def __post_init__(self) -> None:
        if self.after < 0 or not 0 <= self.below <= 1:
            raise ValueError("prune_after is at least 0 tokens, prune_below between 0 and 1")


class Begun(TypedDict):
    """A sample by its place: the ``candidate`` that it became, None where it was given up or the
    budget ended it (``spent`` is then its word). ``confidence`` is that in its beginning, None
    where nobody asked (of a whole one from the journal nobody does) or could tell; ``tokens`` are
    those of its call, as far as known."""

    place: int
    candidate: dict[str, Any] | None
    confidence: float | None
    tokens: int
    spent: str


async def begin(
    model: Model, task: Task, pruning: Pruning, *, place: int, temperature: float | None
) -> Begun:
    """Write one sample, or its beginning. Raises what the model raises."""
    own = SelfEvaluator(model)
    reply, confidence = await read_or_give_up(
        model,
        solve_request(task, sampling=Sampling(temperature=temperature)),
        lambda text: own.confidence(task, text, partial=True),
        pruning,
        index=place,
    )
    given_up = reply.finish == CANCELLED
    candidate = candidate_of(task, reply, index=place)
    return Begun(
        place=place,
        candidate=None if given_up else candidate.model_dump(mode="json", exclude={"logprobs"}),
        confidence=confidence,
        tokens=reply.usage.total,
        spent="",
    )


async def read_or_give_up(
    model: Model, request: Request, confidence: Confidence, pruning: Pruning, *, index: int = 0
) -> tuple[Reply, float | None]:
    """The whole reply, or its beginning with the finish "cancelled", and the confidence in its
    beginning. What cannot be told, or not in time, gives nothing up: the budget that the question
    waits for may be what this very stream holds."""
    text, used, told, asked = "", None, None, pruning.after <= 0
    with cutting() as cut:
        async with aclosing(model.stream(request, index=index)) as chunks:
            async for chunk in chunks:
                if (reply := chunk.reply) is not None:
                    if reply.finish == CANCELLED and not asked:  # given up before, and recorded
                        told = await in_time(confidence(reply.text), pruning.check_seconds)
                    return reply, told
                text, used = text + chunk.text, chunk.usage or used
                if asked or estimate_tokens(text) < pruning.after:
                    continue
                asked = True
                told = await in_time(confidence(text), pruning.check_seconds)
                if told is not None and told < pruning.below:
                    cut()
                    return cut_off(model, request, text, used), told
    raise ModelMalformed(f"{model.name}: the stream ended without its last piece")


def cut_off(model: Model, request: Request, text: str, used: Usage | None) -> Reply:
    usage = used or estimate_usage(request, text)
    return Reply(text=text, model=model.name, finish=CANCELLED, usage=usage)


async def in_time(question: Awaitable[float | None], seconds: float) -> float | None:
    try:
        async with asyncio.timeout(seconds):
            return await question
    except (TimeoutError, BudgetExceeded, ModelError):
        return None
