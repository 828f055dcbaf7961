"""Mathematical answers that are the same: 0.5, 1/2 and \\frac{1}{2} vote together.

Most pairs are decided at once by exact arithmetic; algebra is asked of sympy, in a sandboxed
process that a run has for all its comparisons (``tools.answers.algebra``). Time is bounded for each
question and for all of a call; what is not decided by then stays apart.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from proofloop.core.model import Frozen
from proofloop.tools.answers.algebra import MEMORY_MB, Algebra, Asked, TooHard
from proofloop.tools.answers.compare import Question, compare
from proofloop.tools.answers.reader import read
from proofloop.tools.answers.shapes import Tree
from proofloop.tools.answers.tokens import LONGEST, Unreadable


class AnswerLimits(Frozen):
    """CPU seconds of one question, wall-clock seconds of all questions of one call, and memory of
    the process where the call has one of its own."""

    question_seconds: float = 2.0
    call_seconds: float = 30.0
    memory_mb: int = MEMORY_MB


class SameAnswers:
    """A ``Same``. An answer joins the first class with whose first member it is the same, unless
    it is known to differ from another member. ``algebra`` is who does the algebra; without one,
    each call has a process of its own for as long as it takes."""

    def __init__(
        self, limits: AnswerLimits | None = None, *, algebra: Algebra | None = None
    ) -> None:
        self.limits = limits or AnswerLimits()
        self._algebra = algebra

    async def same(self, a: str, b: str) -> bool | None:
        """None where it cannot be told. Symmetric; equal texts are the same whatever they say."""
        return (await self.verdicts([(a, b)]))[0]

    async def verdicts(self, pairs: Sequence[tuple[str, str]]) -> list[bool | None]:
        """Of many pairs."""
        async with self._call() as call:
            return [await _same(a, b, call) for a, b in pairs]

    async def classes(self, answers: Sequence[str]) -> list[list[int]]:
        found: list[list[int]] = []
        async with self._call() as call:
            for place, answer in enumerate(answers):
                await asyncio.sleep(0)  # many answers are long work, even where each is short
                for members in found:
                    if not await _same(answers[members[0]], answer, call):
                        continue
                    others = [await _same(answers[k], answer, call) for k in members[1:]]
                    if False not in others:
                        members.append(place)
                        break
                else:
                    found.append([place])
        return found

    @asynccontextmanager
    async def _call(self) -> AsyncIterator[_Call]:
        if self._algebra is not None:
            yield _Call(self.limits, self._algebra)
            return
        async with Algebra(memory_mb=self.limits.memory_mb) as own:
            yield _Call(self.limits, own)


def same(a: str, b: str, limits: AnswerLimits | None = None) -> bool | None:
    """``SameAnswers.same`` for scripts."""
    return asyncio.run(SameAnswers(limits).same(a, b))


async def _same(a: str, b: str, call: _Call) -> bool | None:
    if flat(a) == flat(b):
        return True
    x, y = tree_of(a), tree_of(b)
    if x is None or y is None:
        return None
    verdict = await call.compare(x, y)
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


class _Call:
    """What has been said in one call, the time that is left of it, and what is too hard for it."""

    def __init__(self, limits: AnswerLimits, algebra: Algebra) -> None:
        self._seconds = limits.question_seconds
        self._left = limits.call_seconds
        self._algebra = algebra
        self._said: dict[Asked, bool | None] = {}
        self._hopeless: set[Tree] = set()

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
        wall = max(self._left, 0.1)
        try:
            return await self._algebra.ask(question, a, b, seconds=self._seconds, wall_seconds=wall)
        except TooHard:
            self._hopeless |= {a, b}
            return None
        finally:
            self._left -= time.monotonic() - start
