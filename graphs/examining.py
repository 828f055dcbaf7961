"""What the tools hold against a statement that compiles: the same for every graph and every screen.

The hygiene checks (docs/hygiene.md), bounded by ``hygiene.statement_seconds``; then, with
``negations`` and for what they have neither refuted nor proved, a model's proofs of the negation
(graphs/negate.py).
"""

from __future__ import annotations

from pydantic import Field

from proofloop.core.model import Frozen
from proofloop.graphs.context import Context
from proofloop.graphs.negate import refuted_by_model
from proofloop.tools.lean.hygiene.runner import examine
from proofloop.tools.lean.lemmas import name_of
from proofloop.tools.lean.text import Statement
from proofloop.tools.review import ReviewItem


class Examined(Frozen):
    """``faults`` are what Lean's kernel has accepted against the statement, in words by check
    ("false", "vacuous"); ``warnings`` are for a person to judge, and say too which checks came to
    no end in their time; ``proved`` tells that the statement itself was proved."""

    faults: dict[str, str] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    proved: bool = False


async def examined(context: Context, header: str, statement: str) -> Examined:
    """The hygiene checks' word. Raises LeanUnavailable and BudgetExceeded."""
    asked = Statement(header, statement, name_of(statement))
    found = await examine(context.lean, asked, limits=context.hygiene)
    unread = [f"nothing was checked: {found.fault}"] if found.fault else []
    unread += [f"{one.check} was not checked: {one.reason}" for one in found.unfinished]
    return Examined(
        faults={one.check: one.reason for one in found.flagged("error")},
        warnings=(*(one.reason for one in found.flagged("warning")), *unread),
        proved=any(one.check == "false" and one.outcome == "ok" for one in found.verdicts),
    )


async def negated(context: Context, header: str, statement: str) -> str:
    """How a model has proved the negation, with the proof; "" where it did not or is not asked.
    Raises ModelUnavailable, LeanUnavailable and BudgetExceeded."""
    if not context.formalize.negations:
        return ""
    found = await refuted_by_model(context, header, statement)
    return f"false: {found.prover} proves the negation\n{found.proof}" if found else ""


async def with_findings(context: Context, item: ReviewItem) -> ReviewItem:
    """The item as a person is to see it, with all that is held against its statement."""
    found = await examined(context, item.header, item.statement)
    faults = list(found.faults.values())
    if not faults and not found.proved:
        words = await negated(context, item.header, item.statement)
        faults += [words] if words else []
    return item.model_copy(update={"faults": tuple(faults), "warnings": found.warnings})
