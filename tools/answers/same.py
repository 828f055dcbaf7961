"""Mathematical answers that are the same: 0.5, 1/2 and \\frac{1}{2} vote together.

Most pairs are decided at once by exact arithmetic; algebra is asked of sympy, in one sandboxed
process that is started for the first such question and ended with the call. Time is bounded for
each question and for all of them; what is not decided by then stays apart.
"""

from __future__ import annotations

import asyncio
import importlib.util
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from proofloop.core.errors import SandboxError
from proofloop.core.model import Frozen
from proofloop.tools.answers import symbolic
from proofloop.tools.answers.compare import Question, compare
from proofloop.tools.answers.reader import read
from proofloop.tools.answers.shapes import Tree
from proofloop.tools.answers.tokens import LONGEST, Unreadable
from proofloop.tools.sandbox.bubblewrap import SandboxLimits
from proofloop.tools.sandbox.lines import LineProcess

START_SECONDS = 20.0  # sympy's import on a busy machine
SLACK_SECONDS = 5.0  # of wall clock on top of a question's CPU seconds


class AnswerLimits(Frozen):
    """CPU seconds of one question, wall-clock seconds of all questions of one call, memory."""

    question_seconds: float = 2.0
    call_seconds: float = 30.0
    memory_mb: int = 512


class SameAnswers:
    """A ``Same``. An answer joins the first class with whose first member it is the same, unless
    it is known to differ from another member."""

    def __init__(self, limits: AnswerLimits | None = None) -> None:
        self.limits = limits or AnswerLimits()

    async def same(self, a: str, b: str) -> bool | None:
        """None where it cannot be told. Symmetric; equal texts are the same whatever they say."""
        return (await self.verdicts([(a, b)]))[0]

    async def verdicts(self, pairs: Sequence[tuple[str, str]]) -> list[bool | None]:
        """Of many pairs, with one process for all."""
        async with _Algebra(self.limits) as algebra:
            return [await _same(a, b, algebra) for a, b in pairs]

    async def classes(self, answers: Sequence[str]) -> list[list[int]]:
        found: list[list[int]] = []
        async with _Algebra(self.limits) as algebra:
            for place, answer in enumerate(answers):
                await asyncio.sleep(0)  # many answers are long work, even where each is short
                for members in found:
                    if not await _same(answers[members[0]], answer, algebra):
                        continue
                    others = [await _same(answers[k], answer, algebra) for k in members[1:]]
                    if False not in others:
                        members.append(place)
                        break
                else:
                    found.append([place])
        return found


def same(a: str, b: str, limits: AnswerLimits | None = None) -> bool | None:
    """``SameAnswers.same`` for scripts."""
    return asyncio.run(SameAnswers(limits).same(a, b))


async def _same(a: str, b: str, algebra: _Algebra) -> bool | None:
    if flat(a) == flat(b):
        return True
    x, y = tree_of(a), tree_of(b)
    if x is None or y is None:
        return None
    verdict = await algebra.compare(x, y)
    # "Red" and "red" are three variables each, or a word.
    return None if verdict is False and flat(a).lower() == flat(b).lower() else verdict


def flat(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def _read(text: str) -> Tree | None:
    try:
        return read(text)
    except Unreadable:
        return None


def tree_of(text: str) -> Tree | None:
    """The tree of an answer; None for what cannot be read."""
    return _read(text) if len(text) <= LONGEST else None


Asked = tuple[Question, Tree, Tree]


@dataclass
class _Asking:
    """What has been said so far, and the questions that have not been answered."""

    said: dict[Asked, bool | None]
    unknown: list[Asked] = field(default_factory=list)

    def __call__(self, question: Question, x: Tree, y: Tree) -> bool | None:
        first, second = sorted((x, y), key=repr)
        asked = (question, first, second)
        if asked not in self.said:
            self.unknown.append(asked)
        return self.said.get(asked)


class _Algebra:
    """The process that is asked, what it has said, and the time that is left."""

    def __init__(self, limits: AnswerLimits) -> None:
        self._limits = limits
        self._left = limits.call_seconds
        self._said: dict[Asked, bool | None] = {}
        self._process: LineProcess | None = None
        self._hopeless: set[Tree] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    async def compare(self, a: Tree, b: Tree) -> bool | None:
        """The comparison as far as it goes without algebra, then again with one answer more, two,
        four and so on: one may decide it, and many are not worth as many turns."""
        turn = 1
        while True:
            asking = _Asking(self._said)
            verdict = compare(a, b, asking)
            if verdict is not None or not asking.unknown:
                return verdict
            for asked in list(dict.fromkeys(asking.unknown))[:turn]:
                self._said[asked] = await self._ask(*asked)
            turn *= 2

    async def _ask(self, question: Question, a: Tree, b: Tree) -> bool | None:
        if self._left <= 0 or {a, b} & self._hopeless:
            return None
        start = time.monotonic()
        try:
            process = self._process or await self._start()
            await process.send(
                {"question": question, "a": a, "b": b, "seconds": self._limits.question_seconds}
            )
            seconds = self._limits.question_seconds + SLACK_SECONDS
            async with asyncio.timeout(min(seconds, max(self._left, 0.1))):
                answer = await process.receive()
        except TimeoutError:
            answer = None
        finally:
            self._left -= time.monotonic() - start
        if answer is None:  # out of time, or of memory
            self._hopeless |= {a, b}
            await self._end()
            return None
        said = answer.get("same")
        return said if isinstance(said, bool) else None

    async def _start(self) -> LineProcess:
        folders = [sympy_folder(name) for name in ("sympy", "mpmath")]
        limits = SandboxLimits(memory_mb=self._limits.memory_mb)
        first = {"folders": [str(folder.parent) for folder in folders]}
        process = await LineProcess.start(
            Path(symbolic.__file__), first, limits, readable=tuple(folders)
        )
        async with AsyncExitStack() as stack:
            stack.push_async_callback(process.end)
            async with asyncio.timeout(START_SECONDS):
                if await process.receive() is None:
                    raise SandboxError("the process that compares answers did not start")
            stack.pop_all()
        self._process = process
        return process

    async def _end(self) -> None:
        if self._process is not None:
            await self._process.end()
            self._process = None


@cache
def sympy_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SandboxError(f"{name} is not installed")
    return Path(spec.submodule_search_locations[0])
