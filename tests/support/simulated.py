"""Solvers of set accuracy, whose candidates say themselves whether they are right."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from proofloop.core.task import Candidate, Task
from proofloop.graphs.selectors import simulated

TASK = Task(id="t", kind="solve", informal="?")


def candidates(right: Sequence[bool]) -> list[Candidate]:
    return [
        Candidate(id=f"c{i}", task_id="t", content="right" if ok else "wrong")
        for i, ok in enumerate(right)
    ]


def solved(p: float, n: int, rng: random.Random) -> list[Candidate]:
    """n samples of a solver that is right with probability p."""
    return candidates([rng.random() < p for _ in range(n)])


def is_right(candidate: Candidate) -> bool:
    return candidate.content == "right"


@dataclass
class SimulatedJudge(simulated.SimulatedJudge):
    """The judge of these candidates."""

    right: simulated.Right = field(default=is_right)
