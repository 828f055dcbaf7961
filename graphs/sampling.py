"""Sampling in parallel, and stopping early with the losers' requests really cancelled.

First Finish Search (arXiv 2505.18149) and short-m@k (arXiv 2505.17813): n requests are streamed at
once; when m of them have finished the others are closed, which drops their connections. What a
cancelled request had produced by then is counted as far as the stream told it, and recorded, so
that a resumed run does not begin it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from proofloop.agents.llm.base import CANCELLED, Model, Reply, Request
from proofloop.agents.llm.cut import cutting
from proofloop.core.errors import ModelError, ModelMalformed

Good = Callable[[Reply], bool]


async def first_finished(
    model: Model, request: Request, *, n: int, m: int = 1, good: Good = lambda reply: True
) -> list[tuple[int, Reply]]:
    """The first ``m`` of ``n`` samples that finish and are ``good``, with their indices, in the
    order in which they finished; fewer when fewer came. A sample that fails is one less; when all
    fail the last error is raised."""
    finished: list[tuple[int, Reply]] = []
    failure: ModelError | None = None
    with cutting() as cut:
        running = {asyncio.create_task(read(model, request, index)): index for index in range(n)}
        try:
            while running and len(finished) < m:
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                ended = []
                for task in done:
                    index = running.pop(task)
                    try:
                        ended.append((index, task.result()))
                    except ModelError as error:
                        failure = error
                # Recorded ones end all at once: the quicker was first.
                ended.sort(key=lambda one: (one[1].latency_s, one[0]))
                whole = [one for one in ended if one[1].finish != CANCELLED and good(one[1])]
                finished += whole[: m - len(finished)]
            cut()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
    if not finished and failure is not None:
        raise failure
    return finished


async def read(model: Model, request: Request, index: int) -> Reply:
    """One streamed sample, whole."""
    reply: Reply | None = None
    async with aclosing(model.stream(request, index=index)) as chunks:
        async for chunk in chunks:
            reply = chunk.reply or reply
    if reply is None:
        raise ModelMalformed(f"{model.name}: the stream ended without its last piece")
    return reply
