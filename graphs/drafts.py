"""Drafts written at the same time, each from a context of its own: how a round begins."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from proofloop.agents.llm.base import Model
from proofloop.agents.solver import solve
from proofloop.core.errors import BudgetExceeded, ModelError
from proofloop.core.task import Candidate, Task


async def write_drafts(
    model: Model, task: Task, contexts: Sequence[str], *, round: int
) -> list[Candidate]:
    """One draft for each context. A draft that fails is one less; when all fail the first error is
    raised. Raises BudgetExceeded when the budget ends any of them."""
    found, spent = await drafts_within_budget(model, task, contexts, round=round)
    if spent:
        raise spent
    return found


async def drafts_within_budget(
    model: Model, task: Task, contexts: Sequence[str], *, round: int, first: int = 0
) -> tuple[list[Candidate], BudgetExceeded | None]:
    """The same with the drafts that were written before the budget was spent, and its word.
    ``first`` is the sample index of the first."""
    found: list[Candidate] = []
    failures: list[ModelError] = []
    spent: BudgetExceeded | None = None
    for outcome in await asyncio.gather(
        *(
            solve(model, task, context=context, first=index, round=round)
            for index, context in enumerate(contexts, first)
        ),
        return_exceptions=True,
    ):
        if isinstance(outcome, BudgetExceeded):
            spent = outcome
        elif isinstance(outcome, ModelError):
            failures.append(outcome)
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            found += outcome
    if not found and not spent and failures:
        raise failures[0]
    return found, spent


async def samples_within_budget(
    model: Model, task: Task, n: int, *, first: int = 0
) -> tuple[list[Candidate], BudgetExceeded | None]:
    """``n`` samples of one prompt, in one call where the endpoint allows; when the budget ends
    that, those that were paid for, and its word."""
    try:
        return await solve(model, task, n=n, first=first), None
    except BudgetExceeded:
        return await drafts_within_budget(model, task, [""] * n, round=0, first=first)
