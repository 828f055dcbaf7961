"""Recursive tournament voting (Scaling Test-Time Compute for Agentic Coding, arXiv 2604.16529).

The survivors of a round are parted into groups of G, in order; a short last group is allowed and a
group of one advances free. Each group is judged V times, each judge call names one winner, and the
candidate with the most votes goes on, until at most ``keep`` are left. A full tournament of N with
G = 2 takes V(N-1) judge calls, one that stops at K takes V(N-K).

Where the paper leaves a choice: each vote sees the group in an order of its own, drawn from the
seed (the paper's code keeps one order, so a judge that likes the first place decides for it);
ties are broken from the seed; an unreadable vote is dropped (the code counts it for the first).
Votes that see one order are samples of one request, which most endpoints bring in one call with the
prompt paid for once. Within a round all matches and all votes run at the same time.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from proofloop.core.errors import BudgetExceeded
from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Plan, Selection
from proofloop.graphs.selectors.judges import Comparer, votes
from proofloop.graphs.selectors.ranking import rank

Group = Sequence[Candidate]


@dataclass(frozen=True)
class RecursiveTournament:
    """``group``: G, at least 2; ``votes``: V; ``keep``: K, how many may be left at the end.

    The ranking has the survivors first, then those that fell in the last round, and so on; among
    those that fell together the larger share of votes comes first. ``scores`` are the rounds won
    plus that share."""

    judge: Comparer
    group: int = 2
    votes: int = 8
    keep: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("group", 2), ("votes", 1), ("keep", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}")

    def plan(self, task: Task, candidates: Sequence[Candidate]) -> Plan:
        calls = tokens = 0
        survivors = list(candidates)
        while len(survivors) > self.keep:
            groups = list(self.parted(survivors))
            for group in groups:
                if len(group) > 1:
                    calls += self.votes
                    tokens += self.votes * self.judge.tokens(task, group)
            survivors = [group[0] for group in groups]
        return Plan(calls=calls, tokens=tokens)

    async def select(self, task: Task, candidates: Sequence[Candidate]) -> Selection:
        rng = random.Random(self.seed)
        survivors = list(candidates)
        scores = dict.fromkeys((candidate.id for candidate in candidates), 0.0)
        ballots: list[dict[str, JsonValue]] = []
        rounds = 0
        spent: BudgetExceeded | None = None
        while len(survivors) > self.keep and spent is None:
            groups = list(self.parted(survivors))
            said, spent = await self.round(task, groups, rounds, rng)
            ballots += said
            survivors = []
            for number, group in enumerate(groups):
                shares = shares_of(group, [b for b in said if b["group"] == number])
                winner = max(group, key=lambda one: (shares[one.id], rng.random()))
                survivors.append(winner)
                undecided = spent is not None and len(group) > 1 and not any(shares.values())
                for one in group:
                    won = one is winner and not undecided
                    scores[one.id] = rounds + (1.0 if won else shares[one.id] * 0.5)
            rounds += 1
        silent = bool(ballots) and all(ballot["vote"] is None for ballot in ballots)
        note = "no readable vote: the order is drawn from the seed" if silent else ""
        return rank(candidates, scores, rng, votes=ballots, spent=spent, note=note)

    async def round(
        self, task: Task, groups: Sequence[Group], number: int, rng: random.Random
    ) -> tuple[list[dict[str, JsonValue]], BudgetExceeded | None]:
        """All votes of a round, and the spent budget that ended it, if one did."""
        asked: list[tuple[int, Group, int]] = []
        for place, group in enumerate(groups):
            orders: dict[tuple[str, ...], list[Candidate]] = {}
            times: Counter[tuple[str, ...]] = Counter()
            for _ in range(self.votes if len(group) > 1 else 0):
                order = rng.sample(list(group), len(group))
                names = tuple(one.id for one in order)
                orders[names] = order
                times[names] += 1
            asked += [(place, orders[names], n) for names, n in times.items()]
        said = await asyncio.gather(*(votes(self.judge, task, shown, n) for _, shown, n in asked))
        ballots: list[dict[str, JsonValue]] = [
            {
                "round": number,
                "group": place,
                "shown": [one.id for one in shown],
                "vote": shown[answer].id
                if answer is not None and 0 <= answer < len(shown)
                else None,
            }
            for (place, shown, _), (answers, _) in zip(asked, said, strict=True)
            for answer in answers
        ]
        return ballots, next((spent for _, spent in said if spent is not None), None)

    def parted(self, survivors: Sequence[Candidate]) -> Iterator[Group]:
        for start in range(0, len(survivors), self.group):
            yield survivors[start : start + self.group]


def shares_of(group: Group, ballots: Sequence[dict[str, JsonValue]]) -> dict[str, float]:
    """The part of the readable votes that each member of a group got; 0 where there is none."""
    counted = [ballot["vote"] for ballot in ballots if ballot["vote"] is not None]
    return {one.id: counted.count(one.id) / len(counted) if counted else 0.0 for one in group}
