"""Shortest first: short-m@k (arXiv 2505.17813) over finished samples; First Finish Search is m = 1
(arXiv 2505.18149).

The majority answer of the m shortest candidates; ties go to the class of the shortest. Length is
the completion's tokens, which is what a server that decodes all requests at one speed finishes
first. ``graphs.sampling.first_finished`` makes the same choice while sampling, and cancels the
rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from proofloop.core.same import IDENTICAL, Same
from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Plan, Selection
from proofloop.graphs.selectors.majority import classes


@dataclass(frozen=True)
class ShortestFirst:
    """``m``: how many of the shortest vote; a candidate without an answer never counts."""

    m: int = 3
    same: Same = IDENTICAL
    answer: Callable[[str], str] = str.strip

    def __post_init__(self) -> None:
        if self.m < 1:
            raise ValueError("m must be at least 1")

    def plan(self, task: Task, candidates: Sequence[Candidate]) -> Plan:
        return Plan()

    async def select(self, task: Task, candidates: Sequence[Candidate]) -> Selection:
        by_length = sorted(candidates, key=length)
        answered = [one for one in by_length if self.answer(one.content)]
        groups = await classes(answered[: self.m], self.answer, self.same)
        # Stable: equal sizes stay in the order of their shortest member.
        groups.sort(key=lambda group: -len(group))
        voters = [one for group in groups for one in group]
        rest = [one for one in by_length if one not in voters]
        return Selection(
            ranking=tuple(one.id for one in (*voters, *rest)),
            scores={one.id: len(group) / len(voters) for group in groups for one in group},
            votes=tuple(
                {"answer": self.answer(group[0].content), "candidates": [one.id for one in group]}
                for group in groups
            ),
            note="" if voters else "no candidate has an answer" if candidates else "no candidates",
        )


def length(candidate: Candidate) -> int:
    """Completion tokens where they are known, else characters over four."""
    return candidate.usage.completion_tokens or -(-len(candidate.content) // 4)
