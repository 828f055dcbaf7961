"""What the graphs that prove have in common: their state, the portfolio as a node, the check of a
whole proof. ``prove_whole``, ``prove_sketch`` and ``prove_best_first`` are the graphs."""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal, TypedDict

from langgraph.runtime import Runtime

from proofloop.graphs.context import Context, context_of
from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.feedback import explain
from proofloop.tools.lean.premises.suggest import with_suggestions
from proofloop.tools.lean.report import LeanReport


class ProveState(TypedDict, total=False):
    """``statement`` (a theorem header without proof) and ``header`` go in; ``first`` is the index
    of the first sample, 0 by default, and ``examples`` are proofs to learn from.

    ``proof`` is the accepted Lean text, absent without one; ``proof_report`` the LeanReport that
    accepted it; ``prover`` who found it. ``proof_attempts`` are the failed ones of the model, each
    with its ``sample``, ``proof`` and ``feedback``; ``tried`` is what the portfolio tried;
    ``unreadable`` says what Lean has against the statement itself, for which no model is asked.
    """

    statement: str
    header: str
    first: int
    examples: list[str]
    proof: str
    prover: str
    proof_report: dict[str, Any]
    proof_attempts: Annotated[list[dict[str, Any]], operator.add]
    tried: list[dict[str, Any]]
    unreadable: str


async def portfolio(state: ProveState, runtime: Runtime[Context]) -> dict[str, Any]:
    """A node: what was proved before, then core Lean's automation, unless the run goes without."""
    context = context_of(runtime)
    if known := await recall(context, state["statement"], state["header"]):
        return known
    if not context.search.portfolio:
        return await unreadable(context, state)
    result = await context.portfolio.prove(
        state["statement"],
        state["header"],
        seconds=context.prove_seconds,
        heartbeats=context.limits.heartbeats,
    )
    found: dict[str, Any] = {"tried": [item.model_dump(mode="json") for item in result.tried]}
    if result.proof and result.report:
        prover = f"portfolio: {result.tactic}"
        return found | proved(context, state, result.proof, prover, result.report)
    return found | await unreadable(context, state)


async def unreadable(context: Context, state: ProveState) -> dict[str, Any]:
    """The update for a statement that Lean does not take: no model can prove it."""
    report = await check_statement(context, state["statement"], state["header"])
    refused = report.status == "done" and not report.accepted
    return {"unreadable": report.reason} if refused else {}


def not_lean(words: str) -> str:
    """The same for people, "" for a statement that is none of these."""
    return words and f"the statement is not good Lean: {words}"


def after_portfolio(state: ProveState, runtime: Runtime[Context]) -> Literal["next", "end"]:
    return "end" if state.get("proof") or state.get("unreadable") else "next"


async def check_statement(context: Context, statement: str, header: str) -> LeanReport:
    """Lean's word on a statement without a proof."""
    source = with_sorry(statement)
    return await context.lean.check(
        CheckRequest(source=source, header=header, allow_sorry=True, limits=context.limits)
    )


def with_sorry(statement: str) -> str:
    return f"{statement} := by sorry"


async def check_proof(context: Context, statement: str, header: str, source: str) -> LeanReport:
    """Lean's word on ``source`` as a proof of ``statement``."""
    return await context.lean.check(
        CheckRequest(source=source, statement=statement, header=header, limits=context.limits)
    )


async def advice(context: Context, report: LeanReport, source: str, header: str) -> str:
    """What to mend in ``source``, with the names that are nearest to those that do not exist."""
    words = await explain(context.lean, report, source, header=header, limits=context.limits)
    return with_suggestions(words, report, context.premises)


async def recall(context: Context, statement: str, header: str) -> dict[str, Any]:
    """The update for a proof of the lemma store that Lean accepts once more, or nothing."""
    store, lean = context.lemmas, context.lean.version
    if store is None or not (proof := store.find(lean, header, statement)):
        return {}
    report = await check_proof(context, statement, header, proof)
    if not report.accepted:
        if report.status == "done":
            store.drop(lean, header, statement)
        return {}
    return update_of(proof, "lemma store", report)


def proved(
    context: Context, state: ProveState, proof: str, prover: str, report: LeanReport
) -> dict[str, Any]:
    """The state's update for an accepted proof, which is kept in the lemma store."""
    if context.lemmas is not None:
        context.lemmas.add(context.lean.version, state["header"], state["statement"], proof)
    return update_of(proof, prover, report)


def update_of(proof: str, prover: str, report: LeanReport) -> dict[str, Any]:
    return {"proof": proof, "prover": prover, "proof_report": report.model_dump(mode="json")}
