"""The answers given so far, each with its best score: how methods with rounds choose in the end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypedDict

from pydantic import JsonValue

from proofloop.core.task import Candidate
from proofloop.graphs.scored import Scored, worth
from proofloop.graphs.selectors.ranking import rank
from proofloop.tools.answers.extract import final_answer


class Standing(TypedDict):
    """One answer ("": none marked): how many attempts gave it, the highest score among these, and
    the solution that got it."""

    answer: str
    attempts: int
    score: float | None
    content: str


def tallied(before: Sequence[Standing], new: Sequence[Scored]) -> list[Standing]:
    """The standings with these attempts counted. Equal texts are the same answer."""
    found = {one["answer"]: one.copy() for one in before}
    for one in new:
        answer = final_answer(one["content"])
        standing = found.setdefault(
            answer, {"answer": answer, "attempts": 0, "score": None, "content": one["content"]}
        )
        standing["attempts"] += 1
        if worth(one) > (-1.0 if standing["score"] is None else standing["score"]):
            standing["score"], standing["content"] = one["score"], one["content"]
    return list(found.values())


def answered(standings: Sequence[Standing], seed: int) -> dict[str, Any]:
    """``selection``, ``solution`` and ``answer``: the answer of the highest score, of equals the
    one that most attempts gave, then one drawn from the seed; no answer at all comes last."""
    total = sum(one["attempts"] for one in standings) or 1
    scores = {
        # Scaled below any difference of scores.
        one["answer"]: (-1.0 if one["score"] is None else one["score"])
        + 1e-6 * one["attempts"] / total
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
