"""Solutions with a judge's scores and words: what the methods that improve by feedback keep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypedDict

from proofloop.agents.rater import ModelRater
from proofloop.core.task import Candidate, Task
from proofloop.graphs.selectors.judges import polled


class Scored(TypedDict):
    """``score`` is the mean of the readable ones in [0, 1], None where the judge gave none;
    ``words`` are its reasons."""

    content: str
    score: float | None
    words: str


async def scored(
    judge: ModelRater, task: Task, candidates: Sequence[Candidate], *, votes: int = 1
) -> list[Scored]:
    """All candidates judged ``votes`` times each, at the same time. Raises BudgetExceeded; any
    other failure of the judge is an abstention."""
    verdicts, spent = await polled([judge.judgements(task, one, n=votes) for one in candidates])
    if spent:
        raise spent
    found: list[Scored] = []
    for one, given in zip(candidates, verdicts, strict=True):
        scores = [score for score, _ in given or () if score is not None and math.isfinite(score)]
        found.append(
            {
                "content": one.content,
                "score": sum(scores) / len(scores) if scores else None,
                "words": "\n".join(words for _, words in given or () if words),
            }
        )
    return found


def worth(one: Scored) -> float:
    """The score, and less than any where there is none."""
    return -1.0 if one["score"] is None else one["score"]
