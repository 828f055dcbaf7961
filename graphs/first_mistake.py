"""Locating the first wrong step of a solution, step by step (arXiv 2311.08516).

Each step is asked about by itself, the steps before it taken as right, and the first one that most
of the readable votes call wrong is the place. ``width`` steps are asked about at the same time:
with 1 nothing is asked beyond the first mistake, with more the answer comes sooner and costs more.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from proofloop.core.errors import BudgetExceeded
from proofloop.core.model import Frozen
from proofloop.core.task import Task
from proofloop.core.verdict import Plan
from proofloop.graphs.selectors.judges import polled


class StepChecker(Protocol):
    """Whether the step at ``place`` (from 0) is wrong, the steps before it taken as right; None is
    an abstention. Models (``agents.step_checker``) and the simulated one below fill it."""

    async def wrong(
        self, task: Task, steps: Sequence[str], place: int, *, index: int = 0
    ) -> bool | None: ...

    def tokens(self, task: Task, steps: Sequence[str], place: int) -> int: ...


class FirstMistake(Frozen):
    """``place`` is None where no step was called wrong. ``votes`` has, for each step asked about,
    how many said wrong and how many said right; a step with as many of both, or with none, counts
    as right. ``partial``: the budget ended it; ``note`` says in one line what was unusual."""

    place: int | None = None
    votes: tuple[tuple[int, int], ...] = ()
    calls: int = 0
    partial: bool = False
    note: str = ""


def plan(checker: StepChecker, task: Task, steps: Sequence[str], *, votes: int = 1) -> Plan:
    """At the most, which is when no step is called wrong."""
    tokens = sum(checker.tokens(task, steps, place) for place in range(len(steps)))
    return Plan(calls=votes * len(steps), tokens=votes * tokens)


async def first_mistake(
    checker: StepChecker, task: Task, steps: Sequence[str], *, votes: int = 1, width: int = 1
) -> FirstMistake:
    """Raises ValueError for less than one vote or step at a time; a spent budget gives what was
    found by then."""
    if votes < 1 or width < 1:
        raise ValueError("votes and width must be at least 1")
    counted: list[tuple[int, int]] = []
    calls = 0
    for start in range(0, len(steps), width):
        places = range(start, min(start + width, len(steps)))
        asked: list[Awaitable[bool | None]] = [
            checker.wrong(task, steps, place, index=vote)
            for place in places
            for vote in range(votes)
        ]
        calls += len(asked)
        said, spent = await polled(asked)
        for k, place in enumerate(places):
            ballots = said[k * votes : (k + 1) * votes]
            counted.append((ballots.count(True), ballots.count(False)))
            if counted[-1][0] > counted[-1][1]:
                return FirstMistake(
                    place=place, votes=tuple(counted), calls=calls, **cut_short(spent, start)
                )
        if spent is not None:
            return FirstMistake(votes=tuple(counted), calls=calls, **cut_short(spent, start))
    silent = bool(counted) and not any(sum(each) for each in counted)
    note = "no steps" if not steps else "no readable vote" if silent else ""
    return FirstMistake(votes=tuple(counted), calls=calls, note=note)


def cut_short(spent: BudgetExceeded | None, start: int) -> dict[str, Any]:
    if spent is None:
        return {}
    return {"partial": True, "note": f"the budget ended it at step {start + 1}: {spent}"}


@dataclass
class SimulatedChecker:
    """A checker of set quality on a solution whose first mistake is known to be ``at``. It tells
    right from wrong with probability ``accuracy``. Biases are probabilities to say something
    whatever the step: ``lenient`` right, ``severe`` wrong, ``silent`` nothing. What it says of
    steps after the mistake, which no longer follow from right ones, is as for a wrong one."""

    at: int | None
    accuracy: float = 0.9
    lenient: float = 0.0
    severe: float = 0.0
    silent: float = 0.0
    seed: int = 0
    calls: int = field(default=0)

    async def wrong(
        self, task: Task, steps: Sequence[str], place: int, *, index: int = 0
    ) -> bool | None:
        self.calls += 1
        rng = random.Random(f"{self.seed} {task.id} {place} {index}")
        draw = rng.random()
        for share, said in ((self.lenient, False), (self.severe, True), (self.silent, None)):
            if draw < share:
                return said
            draw -= share
        truth = self.at is not None and place >= self.at
        return truth if rng.random() < self.accuracy else not truth

    def tokens(self, task: Task, steps: Sequence[str], place: int) -> int:
        return 100 * (place + 1)
