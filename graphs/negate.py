"""A model tries to prove that a statement is false (FormalMATH, arXiv 2505.02735, section 3.3).

The negation is the statement's universal closure negated, made of its own text (docs/hygiene.md);
a proof of it by ``prove_whole``, of ``negations`` independent samples without repair as in the
paper, counts when the kernel has accepted it as a proof of just that.
"""

from __future__ import annotations

from dataclasses import replace

from proofloop.core.model import Frozen
from proofloop.graphs.context import Context
from proofloop.graphs.prove_whole import prove_whole_graph
from proofloop.graphs.runner import run_apart
from proofloop.tools.lean.hygiene.subject import Subject, Unreadable


class Refutation(Frozen):
    """``proof`` is the accepted Lean text, ``prover`` the model that wrote it."""

    proof: str
    prover: str


async def refuted_by_model(context: Context, header: str, statement: str) -> Refutation | None:
    """A proof of the negation of ``statement``, if the negation prover finds one; None too where
    Lean cannot say how to negate it. Raises ModelUnavailable and BudgetExceeded."""
    try:
        subject = Subject(context.lean, statement, header, context.hygiene)
        negation = (await subject.closure()).negation()
    except Unreadable:
        return None
    search = context.search.model_copy(
        update={"portfolio": False, "samples": context.formalize.negations}
    )
    asking = replace(context, model=context.negator or context.model, search=search, max_rounds=1)
    found = await run_apart(prove_whole_graph(), {"statement": negation, "header": header}, asking)
    if not found.get("proof"):
        return None
    return Refutation(proof=found["proof"], prover=found["prover"])
