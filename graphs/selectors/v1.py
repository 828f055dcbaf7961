"""V1-Infer: uncertainty-guided Swiss pairing (V_1, arXiv 2603.04304).

A judge rates two solutions side by side, 1 to 10 each; the higher wins, and a clear difference
weighs more: ``w = max(|r_i - r_j| / 9, tau)``, ``mu_i = sum(w p) / sum(w)`` with p = 1, 1/2, 0.
A budget of ``max(N, factor N)`` comparisons goes first to coverage (every candidate compared twice,
with an unseen opponent of similar mu) and then to Swiss passes: sorted by mu, each candidate meets
the nearest of the next ``window``, unseen before seen. The best is that of the highest mu, then of
the highest mean rating.

Where the source leaves a choice: which of the two is shown first is drawn from the seed; matches of
a pass are disjoint, so they run at the same time and are counted when all are in; an unreadable
rating spends its comparison and changes nothing.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from proofloop.core.errors import BudgetExceeded
from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Plan, Selection
from proofloop.graphs.selectors.judges import PairRater, polled
from proofloop.graphs.selectors.ranking import rank

LOWEST, HIGHEST = 1.0, 10.0
COVERED = 2  # comparisons of each candidate before the Swiss passes

Pair = tuple[int, int]


@dataclass(frozen=True)
class SwissPairs:
    """``factor``: comparisons per candidate (the paper: 1 to 3). ``pairing`` is "swiss" or
    "random", the paper's baseline at equal calls."""

    judge: PairRater
    factor: float = 3.0
    tau: float = 0.1
    window: int = 8
    seed: int = 0
    pairing: str = "swiss"

    def __post_init__(self) -> None:
        if self.pairing not in ("swiss", "random"):
            raise ValueError(f"pairing is 'swiss' or 'random', not {self.pairing!r}")

    def comparisons(self, n: int) -> int:
        """The budget for ``n`` candidates; none for fewer than two."""
        return 0 if n < 2 else max(n, int(self.factor * n))

    def plan(self, task: Task, candidates: Sequence[Candidate]) -> Plan:
        calls = self.comparisons(len(candidates))
        longest = sorted(candidates, key=lambda one: len(one.content))[-2:]
        return Plan(calls=calls, tokens=calls * self.judge.tokens(task, longest) if calls else 0)

    async def select(self, task: Task, candidates: Sequence[Candidate]) -> Selection:
        rng = random.Random(self.seed)
        table = Standings.of(len(candidates), self.tau)
        ballots: list[dict[str, JsonValue]] = []
        left = self.comparisons(len(candidates))
        spent: BudgetExceeded | None = None
        while left > 0 and spent is None:
            pairs = self.next_pairs(table, rng)[:left]
            left -= len(pairs)
            shown = [pair if rng.random() < 0.5 else pair[::-1] for pair in pairs]
            ratings, spent = await polled(
                [
                    self.judge.rate(task, candidates[i], candidates[j], index=table.met(i, j))
                    for i, j in shown
                ]
            )
            for (i, j), said in zip(shown, ratings, strict=True):
                rating = said if said and all(map(math.isfinite, said)) else None
                table.record(i, j, rating)
                ballots.append(
                    {
                        "shown": [candidates[i].id, candidates[j].id],
                        "ratings": list(rating) if rating else None,
                    }
                )
        silent = bool(ballots) and all(ballot["ratings"] is None for ballot in ballots)
        # The mean rating decides between equal mu: it is scaled below any difference of mu.
        scores = {
            one.id: table.mu(i) + 1e-9 * table.mean_rating(i) for i, one in enumerate(candidates)
        }
        note = "no readable rating: the order is drawn from the seed" if silent else ""
        return rank(candidates, scores, rng, votes=ballots, spent=spent, note=note)

    def next_pairs(self, table: Standings, rng: random.Random) -> list[Pair]:
        """The next disjoint pairs."""
        if not any(table.degree) or self.pairing == "random":
            return random_pairs(table.size, rng)
        if min(table.degree) < COVERED:
            return coverage_pairs(table, rng)
        return swiss_pairs(table, self.window, rng)


def random_pairs(size: int, rng: random.Random) -> list[Pair]:
    order = rng.sample(range(size), size)
    return list(zip(order[::2], order[1::2], strict=False))


def coverage_pairs(table: Standings, rng: random.Random) -> list[Pair]:
    """The least compared first, each with an unseen opponent of the nearest mu."""
    order = rng.sample(range(table.size), table.size)
    order.sort(key=lambda i: table.degree[i])
    lacking = [i for i in order if table.degree[i] < COVERED]

    def opponent(i: int, free: list[int]) -> int:
        return min(free, key=lambda j: (table.met(i, j) > 0, table.gap(i, j), table.degree[j]))

    return disjoint(lacking, order, opponent)


def swiss_pairs(table: Standings, window: int, rng: random.Random) -> list[Pair]:
    """Neighbours in the standings, those that have not met before those that have."""
    order = rng.sample(range(table.size), table.size)
    order.sort(key=lambda i: (-table.mu(i), -table.mean_rating(i)))

    # All that stood higher are taken, so the free ones are those after i, in order.
    def opponent(i: int, free: list[int]) -> int:
        near = free[:window]
        return min(near, key=lambda j: (table.met(i, j) > 0, table.gap(i, j), table.met(i, j)))

    return disjoint(order, order, opponent)


def disjoint(
    first: Sequence[int], order: Sequence[int], opponent: Callable[[int, list[int]], int]
) -> list[Pair]:
    """Pairs in which nobody stands twice: each of ``first`` that is free takes its opponent from
    those of ``order`` that are free."""
    free = list(order)
    pairs: list[Pair] = []
    for i in first:
        if i not in free:
            continue
        free.remove(i)
        if free:
            j = opponent(i, free)
            free.remove(j)
            pairs.append((i, j))
    return pairs


@dataclass
class Standings:
    """Weighted wins so far, by the places of the candidates."""

    tau: float
    wins: list[float]
    weight: list[float]
    degree: list[int]
    ratings: list[list[float]]
    meetings: dict[Pair, int] = field(default_factory=dict)

    @classmethod
    def of(cls, size: int, tau: float) -> Standings:
        return cls(tau, [0.0] * size, [0.0] * size, [0] * size, [[] for _ in range(size)])

    @property
    def size(self) -> int:
        return len(self.wins)

    def met(self, i: int, j: int) -> int:
        return self.meetings.get((min(i, j), max(i, j)), 0)

    def mu(self, i: int) -> float:
        return self.wins[i] / self.weight[i] if self.weight[i] else 0.5

    def gap(self, i: int, j: int) -> float:
        return abs(self.mu(i) - self.mu(j))

    def mean_rating(self, i: int) -> float:
        return sum(self.ratings[i]) / len(self.ratings[i]) if self.ratings[i] else 0.0

    def record(self, i: int, j: int, rating: tuple[float, float] | None) -> None:
        pair = (min(i, j), max(i, j))
        self.meetings[pair] = self.meetings.get(pair, 0) + 1
        for one in pair:
            self.degree[one] += 1
        if rating is None:
            return
        ri, rj = (min(HIGHEST, max(LOWEST, value)) for value in rating)
        w = max(abs(ri - rj) / (HIGHEST - LOWEST), self.tau)
        p = 1.0 if ri > rj else 0.5 if ri == rj else 0.0
        self.wins[i] += w * p
        self.wins[j] += w * (1 - p)
        for one, value in ((i, ri), (j, rj)):
            self.weight[one] += w
            self.ratings[one].append(value)
