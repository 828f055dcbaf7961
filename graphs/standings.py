"""The answers given so far, each with its best score: how methods with rounds choose in the end."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from pydantic import JsonValue

from proofloop.core.same import IDENTICAL, Same
from proofloop.core.task import Candidate
from proofloop.graphs.scored import Scored
from proofloop.graphs.selectors.ranking import rank
from proofloop.tools.answers.extract import final_answer


class Standing(TypedDict):
    """One answer ("": none marked): how many attempts gave it, the highest score among these, and
    the solution that got it."""

    answer: str
    attempts: int
    score: float | None
    content: str


async def tallied(
    before: Sequence[Standing],
    new: Sequence[Scored],
    *,
    read: Callable[[str], str] = final_answer,
    same: Same = IDENTICAL,
) -> list[Standing]:
    """The standings with these attempts counted. ``read`` takes the answer out of a solution;
    answers that are the ``same`` stand together, in the words of the best scored."""
    single: list[Standing] = [
        {
            "answer": read(one["content"]),
            "attempts": 1,
            "score": one["score"],
            "content": one["content"],
        }
        for one in new
    ]
    everything = [*before, *single]
    marked = [one for one in everything if one["answer"]]
    classes = await same.classes([one["answer"] for one in marked])
    groups = [[marked[place] for place in places] for places in classes]
    if unmarked := [one for one in everything if not one["answer"]]:
        groups.append(unmarked)
    found: list[Standing] = []
    for group in groups:
        best = max(group, key=height)  # of equals the earliest
        found.append({**best, "attempts": sum(one["attempts"] for one in group)})
    return found


def height(standing: Standing) -> float:
    return -1.0 if standing["score"] is None else standing["score"]


def answered(standings: Sequence[Standing], seed: int) -> dict[str, Any]:
    """``selection``, ``solution`` and ``answer``: the answer of the highest score, of equals the
    one that most attempts gave, then one drawn from the seed; no answer at all comes last."""
    total = sum(one["attempts"] for one in standings) or 1
    scores = {
        # Scaled below any difference of scores.
        one["answer"]: height(one) + 1e-6 * one["attempts"] / total
        for one in standings
        if one["answer"]
    }
    votes: list[dict[str, JsonValue]] = [
        {"answer": one["answer"], "attempts": one["attempts"], "score": one["score"]}
        for one in standings
    ]
    silent = all(one["score"] is None for one in standings)
    chosen = rank(
        [Candidate(id=one["answer"], task_id="", content="") for one in standings],
        scores,
        random.Random(seed),
        votes=votes,
        note="no readable score: the answer that most attempts gave" if silent else "",
    )
    solution = next((one["content"] for one in standings if one["answer"] == chosen.best), "")
    return {
        "selection": chosen.model_dump(mode="json"),
        "solution": solution,
        "answer": chosen.best or "",
    }
