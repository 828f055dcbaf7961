"""Generative fusion: a model writes one solution out of many, and the candidates are ranked by it.

Archon's fuser (arXiv 2409.15254) merges candidates instead of choosing one; Atom of Thoughts (arXiv
2502.12018) does the same with three answers and then takes the first that agrees with the merged
one. ``fused`` gives the new solution; ``select`` ranks: the candidates with its answer first, in
the order in which ``otherwise`` has them.

When the fusing model fails, the fused solution is the best of ``otherwise`` (without it, the first
candidate), the ranking is that one's, and the note names it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue

from proofloop.core.errors import BudgetExceeded, ModelError
from proofloop.core.same import IDENTICAL, Same
from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Plan, Selection, Selector
from proofloop.tools.answers.extract import final_answer


class Fuser(Protocol):
    async def fuse(self, task: Task, shown: Sequence[Candidate], *, index: int = 0) -> Candidate:
        """One solution made of those shown. Raises ModelError and BudgetExceeded."""
        ...

    def tokens(self, task: Task, shown: Sequence[Candidate]) -> int: ...


@dataclass(frozen=True)
class Fusion:
    """``most``: how many candidates the fuser sees, the best by ``otherwise``; ``answer`` takes
    the answer out of a content, ``same`` tells which are equal."""

    fuser: Fuser
    otherwise: Selector | None = None
    most: int = 8
    answer: Callable[[str], str] = final_answer
    same: Same = IDENTICAL

    def __post_init__(self) -> None:
        if self.most < 1:
            raise ValueError("most must be at least 1")

    def plan(self, task: Task, candidates: Sequence[Candidate]) -> Plan:
        before = self.otherwise.plan(task, candidates) if self.otherwise else Plan()
        if len(candidates) < 2:
            return before
        longest = sorted(candidates, key=lambda one: -len(one.content))[: self.most]
        tokens = self.fuser.tokens(task, longest)
        return Plan(calls=before.calls + 1, tokens=before.tokens + tokens)

    async def select(self, task: Task, candidates: Sequence[Candidate]) -> Selection:
        return (await self.fused(task, candidates))[1]

    async def fused(
        self, task: Task, candidates: Sequence[Candidate]
    ) -> tuple[Candidate | None, Selection]:
        """The fused solution and the ranking by it; None where there is nothing to fuse."""
        order = await self.order(task, candidates)
        if len(candidates) < 2:
            return next(iter(candidates), None), order
        by_id = {one.id: one for one in candidates}
        shown = [by_id[name] for name in order.ranking[: self.most]]
        try:
            made = await self.fuser.fuse(task, shown)
        except (ModelError, BudgetExceeded) as error:
            note = f"the fusing model failed, so {shown[0].id} stands: {error}"
            spent = isinstance(error, BudgetExceeded)
            return shown[0], order.model_copy(
                update={"note": note, "partial": order.partial or spent}
            )
        return made, await self.ranked(made, [by_id[name] for name in order.ranking], order)

    async def order(self, task: Task, candidates: Sequence[Candidate]) -> Selection:
        if self.otherwise:
            return await self.otherwise.select(task, candidates)
        return Selection(
            ranking=tuple(one.id for one in candidates),
            note="" if candidates else "no candidates",
        )

    async def ranked(
        self, made: Candidate, candidates: Sequence[Candidate], order: Selection
    ) -> Selection:
        """Those that agree with the fused solution before the others."""
        answers = [self.answer(one.content) for one in (made, *candidates)]
        groups = await self.same.classes(answers)
        own = next(group for group in groups if 0 in group) if answers[0] else [0]
        agree = [one for place, one in enumerate(candidates, 1) if place in own]
        rest = [one for one in candidates if one not in agree]
        vote: dict[str, JsonValue] = {
            "fused": made.content,
            "answer": answers[0],
            "parents": list(made.parents),
        }
        note = order.note
        if not answers[0]:
            note = note or "the fused solution marks no answer"
        elif not agree:
            note = note or "the fused answer is none of the candidates'"
        return Selection(
            ranking=tuple(one.id for one in (*agree, *rest)),
            scores={one.id: float(one in agree) for one in candidates},
            votes=(*order.votes, vote),
            partial=order.partial,
            note=note,
        )
