"""Bounded workspaces: what a round of drafts leaves for the next (PDR, arXiv 2510.01123).

The three distil operators: *summary* (a model condenses the drafts), *top-k* (the k best drafts,
graded), *random-k* (for each next attempt a random k-subset of its own, no call at all). Whatever
the drafts are, a workspace has at most ``most_tokens`` by this project's estimate (four bytes of
UTF-8 a token).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

from proofloop.agents.distiller import cut, distill
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.agents.rater import ModelRater
from proofloop.core.errors import BudgetExceeded
from proofloop.core.task import Candidate, Task
from proofloop.graphs.selectors.best_of_n import BestOfN

Operator = Literal["summary", "top-k", "random-k"]
OPERATORS: tuple[Operator, ...] = ("summary", "top-k", "random-k")
SEPARATOR = "\n\n---\n\n"


def extract(texts: Sequence[str], most_tokens: int) -> str:
    """Texts one after the other in at most ``most_tokens``: each gets an equal share, and what a
    short one leaves goes to those after it. A text with no room left is dropped."""
    kept: list[str] = []
    room = most_tokens * 4  # bytes: an estimate rounds up, so whole tokens of bytes always fit
    for left, text in zip(range(len(texts), 0, -1), texts, strict=True):
        frame = len(SEPARATOR.encode()) if kept else 0
        share = (room // left - frame) // 4
        part = cut(text, share) if share > 0 else ""
        if part:
            kept.append(part)
            room -= len(part.encode("utf-8", "replace")) + frame
    return SEPARATOR.join(kept)


async def workspaces(
    operator: Operator,
    model: Model,
    task: Task,
    drafts: Sequence[Candidate],
    *,
    attempts: int,
    k: int,
    most_tokens: int,
    seed: int,
) -> tuple[list[str], str]:
    """One workspace for each of the next ``attempts``, all the same for all but random-k, and a
    note on what was unusual. Raises BudgetExceeded, and what the model raises."""
    note = ""
    if operator == "random-k":
        rng = random.Random(seed)
        chosen = [rng.sample(drafts, min(k, len(drafts))) for _ in range(attempts)]
        return [extract([one.content for one in some], most_tokens) for some in chosen], note
    if operator == "top-k":
        graded = await BestOfN(ModelRater(model), seed=seed).select(task, drafts)
        if graded.partial:
            raise BudgetExceeded.told(graded.note)
        note = graded.note
        place = {name: number for number, name in enumerate(graded.ranking)}
        best = sorted(drafts, key=lambda one: place[one.id])[:k]
        workspace = extract([one.content for one in best], most_tokens)
    else:
        texts = [one.content for one in drafts]
        workspace = await distill(model, task, texts, most_tokens=most_tokens)
    assert estimate_tokens(workspace) <= most_tokens
    return [workspace] * attempts, note
