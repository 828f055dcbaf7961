"""A judge of set accuracy and bias, to see whether a selector does what its paper says.

It fills Comparer, PairRater and Scorer. Its answers are a function of its seed and of what was
asked before, so a run with the same seed is the same run.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from proofloop.core.task import Candidate, Task

Right = Callable[[Candidate], bool]

RIGHT, WRONG = 7.0, 4.5  # mean ratings before noise


@dataclass
class SimulatedJudge:
    """``right`` says which candidates are. Between right and wrong ones it names a right one with
    probability ``accuracy``; among equals it takes any. Biases are probabilities to decide by
    something else: ``first_place`` by the place shown first, ``longest`` by length, ``favours``
    (an author, with ``favour``) by who wrote it. ``noise`` is the standard deviation of ratings: of
    two rated side by side half of it is common to both, which is why comparing is sharper."""

    right: Right
    accuracy: float = 0.75
    first_place: float = 0.0
    longest: float = 0.0
    favours: str = ""
    favour: float = 0.0
    noise: float = 2.0
    seed: int = 0
    calls: list[tuple[str, ...]] = field(default_factory=list)

    async def best(
        self, task: Task, shown: Sequence[Candidate], *, n: int = 1, first: int = 0
    ) -> list[int | None]:
        return [await self.vote(task, shown, index=first + i) for i in range(n)]

    async def vote(self, task: Task, shown: Sequence[Candidate], *, index: int) -> int | None:
        rng = self.drawn(shown, index)
        biased = self.by_bias(shown, rng)
        if biased is not None:
            return biased
        right = [i for i, one in enumerate(shown) if self.right(one)]
        wrong = [i for i in range(len(shown)) if i not in right]
        if not right or not wrong:
            return rng.randrange(len(shown))
        return rng.choice(right if rng.random() < self.accuracy else wrong)

    async def rate(
        self, task: Task, first: Candidate, second: Candidate, *, index: int = 0
    ) -> tuple[float, float] | None:
        rng = self.drawn((first, second), index)
        common = rng.gauss(0, self.noise)
        ratings = [
            self.level(one) + common + rng.gauss(0, self.noise / 2) for one in (first, second)
        ]
        biased = self.by_bias((first, second), rng)
        if biased is not None:
            ratings[biased] = max(ratings) + 1
        return ratings[0], ratings[1]

    async def score(self, task: Task, candidate: Candidate, *, index: int = 0) -> float | None:
        rng = self.drawn((candidate,), index)
        spread = self.noise * 1.25**0.5  # both parts of the noise: nothing is shared here
        return min(1.0, max(0.0, (self.level(candidate) + rng.gauss(0, spread)) / 10))

    def tokens(self, task: Task, shown: Sequence[Candidate]) -> int:
        return 100 * len(shown)

    def level(self, one: Candidate) -> float:
        return RIGHT if self.right(one) else WRONG

    def by_bias(self, shown: Sequence[Candidate], rng: random.Random) -> int | None:
        """The place that a bias decides for, or None."""
        draw = rng.random()
        if draw < self.first_place:
            return 0
        draw -= self.first_place
        if draw < self.longest:
            return max(range(len(shown)), key=lambda i: len(shown[i].content))
        draw -= self.longest
        liked = [i for i, one in enumerate(shown) if one.author == self.favours]
        return rng.choice(liked) if draw < self.favour and liked else None

    def drawn(self, shown: Sequence[Candidate], index: int) -> random.Random:
        # Counted, so that in a simulation over many tasks no draw repeats.
        self.calls.append(tuple(one.id for one in shown))
        key = f"{self.seed} {len(self.calls)} {index} {self.calls[-1]}"
        return random.Random(hashlib.sha256(key.encode()).digest())
