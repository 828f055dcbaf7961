"""Solvers and judges of set quality, for the algorithms whose promises are statistical.

A simulated judge is a pure function of its seed, the candidates shown and the index of the call,
as a recorded model is.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from proofloop.core.task import Candidate, Task

TASK = Task(id="t", kind="solve", informal="?")


def candidates(right: Sequence[bool]) -> list[Candidate]:
    """Candidates whose content says whether they are right."""
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
class SimulatedJudge:
    """Right with probability ``accuracy`` when exactly one of two is right; of two of a kind it
    takes either. ``first_place`` is the probability to take what is shown first whatever it is
    (position bias). Fills Comparer, PairRater and Scorer; ``noise`` spreads ratings and scores."""

    accuracy: float = 0.75
    first_place: float = 0.0
    noise: float = 2.0
    seed: int = 0
    calls: list[tuple[str, ...]] = field(default_factory=list)

    def rng(self, shown: Sequence[Candidate], index: int) -> random.Random:
        # Counted, so that in a simulation over many tasks no draw repeats.
        self.calls.append(tuple(one.id for one in shown))
        key = f"{self.seed} {len(self.calls)} {index} {self.calls[-1]}"
        return random.Random(hashlib.sha256(key.encode()).digest())

    async def best(self, task: Task, shown: Sequence[Candidate], *, index: int = 0) -> int | None:
        rng = self.rng(shown, index)
        if rng.random() < self.first_place:
            return 0
        right = [i for i, one in enumerate(shown) if is_right(one)]
        wrong = [i for i in range(len(shown)) if i not in right]
        if not right or not wrong:
            return rng.randrange(len(shown))
        return rng.choice(right if rng.random() < self.accuracy else wrong)

    async def rate(
        self, task: Task, first: Candidate, second: Candidate, *, index: int = 0
    ) -> tuple[float, float] | None:
        rng = self.rng((first, second), index)
        # Side by side the noise is common to both, which is what makes comparing sharper.
        common = rng.gauss(0, self.noise)
        ratings = [
            (7.0 if is_right(one) else 4.5) + common + rng.gauss(0, self.noise / 2)
            for one in (first, second)
        ]
        return ratings[0], ratings[1]

    async def score(self, task: Task, candidate: Candidate, *, index: int = 0) -> float | None:
        rng = self.rng((candidate,), index)
        raw = (7.0 if is_right(candidate) else 4.5) + rng.gauss(0, self.noise * 1.1)
        return min(1.0, max(0.0, raw / 10))

    def tokens(self, task: Task, shown: Sequence[Candidate]) -> int:
        return 100 * len(shown)
