"""The process that does algebra for a run: sympy in a sandbox, asked line by line.

It is started at the first question and answers all that follow; what runs out of time or memory,
or dies, is ended, and the next question has a fresh one. Nothing is known to it but Python, sympy
and mpmath: no network, no file to write, no other process.
"""

from __future__ import annotations

import asyncio
import importlib.util
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from proofloop.core.errors import SandboxError
from proofloop.tools.answers import symbolic
from proofloop.tools.answers.compare import Question
from proofloop.tools.answers.shapes import Tree
from proofloop.tools.sandbox.bubblewrap import SandboxLimits
from proofloop.tools.sandbox.lines import LineProcess

START_SECONDS = 20.0  # sympy's import on a busy machine
SLACK_SECONDS = 5.0  # of wall clock on top of a question's CPU seconds
MEMORY_MB = 512
MOST_REMEMBERED = 20_000  # answers; the oldest is forgotten


class TooHard(Exception):
    """The process had to be ended over the question."""


Asked = tuple[Question, Tree, Tree]


class Algebra:
    """At most ``width`` processes of ``memory_mb`` each; who asks while all are busy waits. Belongs
    to the event loop that first asks. A context manager, or closed by ``aclose``."""

    def __init__(self, *, memory_mb: int = MEMORY_MB, width: int = 2) -> None:
        self.started = 0  # processes so far
        self.limits = SandboxLimits(memory_mb=memory_mb, file_mb=0, temporary_mb=1)
        self._free = asyncio.Semaphore(width)
        self._idle: list[LineProcess] = []
        self._said: dict[Asked, bool | None] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        while self._idle:
            await self._idle.pop().end()

    async def ask(
        self, question: Question, a: Tree, b: Tree, *, seconds: float, wall_seconds: float
    ) -> bool | None:
        """What ``symbolic`` says, with ``seconds`` of CPU; None where it cannot tell or does not
        come to an end in them. A question that was answered is not asked again. Raises TooHard for
        one that does not even heed the CPU limit, at the latest after ``wall_seconds``."""
        asked = (question, a, b)
        if asked in self._said:
            return self._said[asked]
        async with self._free, AsyncExitStack() as stack:
            message = {"question": question, "a": a, "b": b, "seconds": seconds}
            try:
                async with asyncio.timeout(START_SECONDS):
                    process = await self._ready()
                stack.push_async_callback(process.end)
                async with asyncio.timeout(min(seconds + SLACK_SECONDS, wall_seconds)):
                    await process.send(message)
                    answer = await process.receive()
            except TimeoutError:
                answer = None
            if answer is None:  # out of time, or of memory
                raise TooHard
            if answer.get("spent"):  # what was broken off in the middle answers nothing more
                return None
            stack.pop_all()
            self._idle.append(process)
        same = answer.get("same")
        self._said[asked] = same if isinstance(same, bool) else None
        if len(self._said) > MOST_REMEMBERED:
            del self._said[next(iter(self._said))]
        return self._said[asked]

    async def _ready(self) -> LineProcess:
        """One that waits for a question."""
        while self._idle:
            process = self._idle.pop()
            if process.alive:
                return process
            await process.end()
        return await self._start()

    async def _start(self) -> LineProcess:
        folders = [package_folder(name) for name in ("sympy", "mpmath")]
        first = {"folders": [str(folder.parent) for folder in folders]}
        process = await LineProcess.start(
            Path(symbolic.__file__), first, self.limits, readable=tuple(folders)
        )
        async with AsyncExitStack() as stack:
            stack.push_async_callback(process.end)
            if await process.receive() is None:
                raise SandboxError("the process that compares answers did not start")
            stack.pop_all()
        self.started += 1
        return process


@cache
def package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SandboxError(f"{name} is not installed")
    return Path(spec.submodule_search_locations[0])
