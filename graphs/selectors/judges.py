"""What judge-based selectors ask, as seams: models (``agents/``) and simulated judges fill them.

Each answer has an index: the same question asked again under another index is another sample. A
judge that cannot tell, or whose answer cannot be read, answers None: an abstention, never a vote.
``BudgetExceeded`` passes through; any other failure of a judge is an abstention too (``polled``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol, TypeVar

from proofloop.core.errors import BudgetExceeded, ModelError
from proofloop.core.task import Candidate, Task

T = TypeVar("T")


class Comparer(Protocol):
    """Picks the best of a few candidates, by its place among those shown (from 0): ``n`` answers
    with the indices ``first`` and on, which an endpoint that can brings in one call."""

    async def best(
        self, task: Task, shown: Sequence[Candidate], *, n: int = 1, first: int = 0
    ) -> list[int | None]: ...

    def tokens(self, task: Task, shown: Sequence[Candidate]) -> int:
        """An estimate of what one such call uses."""
        ...


class PairRater(Protocol):
    """Rates two candidates side by side, each from 1 (wrong) to 10 (surely right)."""

    async def rate(
        self, task: Task, first: Candidate, second: Candidate, *, index: int = 0
    ) -> tuple[float, float] | None: ...

    def tokens(self, task: Task, shown: Sequence[Candidate]) -> int: ...


class Scorer(Protocol):
    """Scores one candidate by itself, in [0, 1]."""

    async def score(self, task: Task, candidate: Candidate, *, index: int = 0) -> float | None: ...

    def tokens(self, task: Task, shown: Sequence[Candidate]) -> int: ...


async def polled(
    calls: Sequence[Awaitable[T | None]],
) -> tuple[list[T | None], BudgetExceeded | None]:
    """All answers, made at the same time and in the order of the calls, and the spent budget that
    ended some of them, if one did: what was answered before that still counts."""
    answers: list[T | None] = []
    spent = None
    for outcome in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(outcome, BudgetExceeded):
            spent = outcome
        if isinstance(outcome, BudgetExceeded | ModelError):
            answers.append(None)
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            answers.append(outcome)
    return answers, spent


async def votes(
    judge: Comparer, task: Task, shown: Sequence[Candidate], n: int
) -> tuple[list[int | None], BudgetExceeded | None]:
    """``n`` votes on candidates in one order, as ``polled`` has them. When asking for all at once
    fails they are asked for one by one, so that those which were paid for count."""
    (together,), spent = await polled([judge.best(task, shown, n=n)])
    if together is not None:
        return together, None
    if n == 1:
        return [None], spent
    singly, spent = await polled([judge.best(task, shown, first=index) for index in range(n)])
    return [each[0] if each else None for each in singly], spent
