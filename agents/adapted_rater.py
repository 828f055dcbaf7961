"""Rating a solution beside a reference made from itself (RevisEval, arXiv 2410.05193).

The reviser mends the solution, keeping what is good: the response-adapted reference. The rater then
scores the solution given that reference. A solution that the reviser leaves as it is is its own
reference. One revision a vote, so that votes are independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proofloop.agents.llm.base import Model
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.agents.rater import ModelRater
from proofloop.agents.reviser import revise
from proofloop.core.task import Candidate, Task


@dataclass(frozen=True)
class AdaptedRater:
    """A Scorer (graphs/selectors/judges.py): two calls a score."""

    model: Model

    async def score(self, task: Task, candidate: Candidate, *, index: int = 0) -> float | None:
        """In [0, 1]. Raises ModelUnavailable and BudgetExceeded."""
        revised = await revise(self.model, task, candidate.content, index=index)
        reference = revised or candidate.content
        rater = ModelRater(self.model)
        ((score, _),) = await rater.judgements(task, candidate, reference=reference, first=index)
        return score

    def tokens(self, task: Task, shown: Sequence[Candidate]) -> int:
        """Of both calls: the reviser reads the solution and writes about as much."""
        once = ModelRater(self.model).tokens(task, shown)
        solutions = sum(estimate_tokens(one.content) for one in shown)
        return 2 * once + 2 * solutions
