"""Majority voting over answers (self-consistency, arXiv 2203.11171), plain or weighted.

Two candidates vote for the same class when their answers are the same by ``same`` (core/same.py):
equal texts by default, mathematical answers by value, programs by behaviour, Lean statements by
proved equivalence. The ranking has the classes in the order of their weight; inside a class the
earliest comes first.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from proofloop.core.same import IDENTICAL, Same
from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Plan, Selection
from proofloop.graphs.selectors.ranking import rank


@dataclass(frozen=True)
class Majority:
    """``answer`` takes the answer out of a candidate's content; "" is no answer and no vote.
    ``weights`` are votes per candidate id, 1 where there is none; one that is negative or not a
    number counts as 0."""

    same: Same = IDENTICAL
    answer: Callable[[str], str] = str.strip
    weights: dict[str, float] | None = None
    seed: int = 0

    def plan(self, task: Task, candidates: Sequence[Candidate]) -> Plan:
        return Plan()

    async def select(self, task: Task, candidates: Sequence[Candidate]) -> Selection:
        groups = await classes(candidates, self.answer, self.same)
        weight = {one.id: self.weight(one) for one in candidates}
        totals = [sum(weight[one.id] for one in group) for group in groups]
        return rank_classes(candidates, groups, totals, self.answer, random.Random(self.seed))

    def weight(self, one: Candidate) -> float:
        value = (self.weights or {}).get(one.id, 1.0)
        return value if math.isfinite(value) and value > 0 else 0.0


async def classes(
    candidates: Sequence[Candidate], answer: Callable[[str], str], same: Same
) -> list[list[Candidate]]:
    """The candidates by equal answers, in the order of first appearance; without an answer, in
    none. Equal texts are shown to ``same`` once."""
    voters: dict[str, list[Candidate]] = {}
    for one in candidates:
        if text := answer(one.content):
            voters.setdefault(text, []).append(one)
    texts = list(voters)
    order = {one.id: place for place, one in enumerate(candidates)}
    groups = []
    for positions in await same.classes(texts) if texts else []:
        members = [one for place in positions for one in voters[texts[place]]]
        groups.append(sorted(members, key=lambda one: order[one.id]))
    return groups


def rank_classes(
    candidates: Sequence[Candidate],
    groups: Sequence[Sequence[Candidate]],
    totals: Sequence[float],
    answer: Callable[[str], str],
    rng: random.Random,
) -> Selection:
    """A ranking by the weight of each one's class, as a share of all weight. Equal classes are
    ordered by ``rng``, and stay together."""
    everything = sum(totals) or 1.0
    order = rng.sample(range(len(groups)), len(groups))
    order.sort(key=lambda k: -totals[k])
    placed = [one for k in order for one in groups[k]]
    scores = {one.id: totals[k] / everything for k in order for one in groups[k]}
    rest = [one for one in candidates if one.id not in scores]
    votes: list[dict[str, JsonValue]] = [
        {
            "answer": answer(groups[k][0].content),
            "candidates": [one.id for one in groups[k]],
            "weight": totals[k],
        }
        for k in order
    ]
    tail = rank(rest, {}, rng).ranking
    note = "" if placed else "no candidates" if not candidates else "no candidate has an answer"
    return Selection(
        ranking=(*(one.id for one in placed), *tail), scores=scores, votes=tuple(votes), note=note
    )
