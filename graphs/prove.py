"""Prove a Lean statement: core Lean's automation first, then whole proofs from a model, repaired
from Lean's diagnostics until one is accepted or the rounds are used up.

    portfolio -> attempt -> verify -> attempt ... -> end
"""

from __future__ import annotations

import operator
from typing import Annotated, Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.prover import FailedProof, write_proof
from proofloop.graphs.context import Context, context_of
from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.feedback import feedback


class ProveState(TypedDict, total=False):
    """``statement`` and ``header`` go in. ``proof`` is the accepted Lean text, "" without one;
    ``proof_report`` the LeanReport that accepted it; ``prover`` who found it."""

    statement: str
    header: str
    draft: str
    proof: str
    prover: str
    proof_report: dict[str, Any]
    proof_attempts: Annotated[list[dict[str, Any]], operator.add]
    tried: list[dict[str, Any]]


async def portfolio(state: ProveState, runtime: Runtime[Context]) -> dict[str, Any]:
    context = context_of(runtime)
    result = await context.portfolio.prove(
        state["statement"],
        state["header"],
        seconds=context.prove_seconds,
        heartbeats=context.limits.heartbeats,
    )
    found: dict[str, Any] = {"tried": [item.model_dump(mode="json") for item in result.tried]}
    if result.proof and result.report:
        found |= {
            "proof": result.proof,
            "prover": f"portfolio: {result.tactic}",
            "proof_report": result.report.model_dump(mode="json"),
        }
    return found


async def attempt(state: ProveState, runtime: Runtime[Context]) -> dict[str, Any]:
    failed = [FailedProof.model_validate(item) for item in state.get("proof_attempts", [])]
    answer = await write_proof(
        context_of(runtime).model, state["statement"], header=state["header"], failed=failed
    )
    return {"draft": answer.proof.strip()}


async def verify(state: ProveState, runtime: Runtime[Context]) -> dict[str, Any]:
    context = context_of(runtime)
    draft = state["draft"]
    report = await context.lean.check(
        CheckRequest(
            source=draft,
            statement=state["statement"],
            header=state["header"],
            limits=context.limits,
        )
    )
    if report.accepted:
        return {
            "proof": draft,
            "prover": context.model.name,
            "proof_report": report.model_dump(mode="json"),
        }
    failed = FailedProof(proof=draft, feedback=feedback(report, draft))
    return {"proof_attempts": [failed.model_dump()]}


def after_portfolio(state: ProveState) -> Literal["attempt", "end"]:
    return "end" if state.get("proof") else "attempt"


def after_attempt(state: ProveState) -> Literal["verify", "end"]:
    return "verify" if state.get("draft") else "end"


def after_verify(state: ProveState, runtime: Runtime[Context]) -> Literal["attempt", "end"]:
    spent = len(state.get("proof_attempts", [])) >= context_of(runtime).max_rounds
    return "end" if state.get("proof") or spent else "attempt"


def prove_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> CompiledStateGraph[ProveState, Context, ProveState, ProveState]:
    """The compiled graph; without a checkpointer it serves as a node of another graph."""
    graph = StateGraph(ProveState, context_schema=Context)
    graph.add_node("portfolio", portfolio)
    graph.add_node("attempt", attempt)
    graph.add_node("verify", verify)
    graph.add_edge(START, "portfolio")
    graph.add_conditional_edges("portfolio", after_portfolio, {"attempt": "attempt", "end": END})
    graph.add_conditional_edges("attempt", after_attempt, {"verify": "verify", "end": END})
    graph.add_conditional_edges("verify", after_verify, {"attempt": "attempt", "end": END})
    return graph.compile(checkpointer=checkpointer, name="prove")
