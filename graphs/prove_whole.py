"""Prove a Lean statement: core Lean's automation first, then whole proofs from a model, several
independent samples at a time, each repaired from Lean's diagnostics (as Baldur does with
Isabelle's, arXiv 2303.04910).

    portfolio -> samples -> end

A sample is a loop of its own: write a proof, let Lean check it, write a better one, for at most
``max_rounds`` attempts. The first proof that Lean accepts ends the search: the other samples are
cancelled, down to their connections. Samples are no steps of the checkpoints: a run that is taken
up again goes through them anew, and the journal answers what was asked before; if one of them was
accepted then, the others are not asked again (graphs/race.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.prover import FailedProof, write_proof
from proofloop.core.errors import ModelMalformed
from proofloop.core.model import Frozen
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.leading import add_leading
from proofloop.graphs.prove import (
    ProveState,
    advice,
    after_portfolio,
    check_proof,
    portfolio,
    proved,
)
from proofloop.graphs.race import Lane, race
from proofloop.tools.lean.premises.retrieve import premises_for
from proofloop.tools.lean.report import LeanReport

Say = Callable[[dict[str, Any]], None]


class Sample(Frozen):
    """What came of one sample: ``proof``, accepted as ``report`` tells, or None, and the attempts
    that ``failed`` on the way."""

    proof: str | None = None
    report: LeanReport | None = None
    failed: tuple[FailedProof, ...] = ()


async def write_and_repair(
    context: Context,
    statement: str,
    header: str,
    *,
    index: int,
    examples: Sequence[str] = (),
    say: Say = lambda news: None,
) -> Sample:
    """Sample ``index``: a proof from the model, mended from Lean's words while there are rounds.
    An answer that cannot be read is a failed attempt too; an empty one ends the sample."""
    premises = await premises_for(context.premises, statement, context.premises_per_prompt)
    failed: list[FailedProof] = []
    while len(failed) < context.max_rounds:
        try:
            answer = await write_proof(
                context.model,
                statement,
                header=header,
                failed=failed,
                examples=examples,
                premises=premises,
                index=index,
            )
        except ModelMalformed as error:
            failed.append(FailedProof(proof=error.text, feedback=str(error), sample=index))
            continue
        proof = answer.proof.strip()
        if not proof:
            break
        say({"attempt": {"sample": index, "draft": proof}})
        report = await check_proof(context, statement, header, proof)
        if report.accepted:
            return Sample(proof=proof, report=report, failed=tuple(failed))
        words = await advice(context, report, proof, header)
        failed.append(FailedProof(proof=proof, feedback=words, sample=index))
    return Sample(failed=tuple(failed))


async def samples(state: ProveState, runtime: Runtime[Context]) -> dict[str, Any]:
    context = context_of(runtime)

    def sample(index: int) -> Lane[Sample]:
        return lambda: write_and_repair(
            context,
            state["statement"],
            state["header"],
            index=index,
            examples=state.get("examples", []),
            say=runtime.stream_writer,
        )

    first = state.get("first", 0)
    ended = await race(
        [sample(index) for index in range(first, first + context.search.samples)],
        width=context.search.at_once,
        won=lambda result: result.proof is not None,
    )
    found: dict[str, Any] = {
        "proof_attempts": [item.model_dump() for each in ended.results for item in each.failed]
    }
    if (best := ended.winner) and best.proof and best.report:
        found |= proved(context, state, best.proof, context.model.name, best.report)
    return found


def prove_whole_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None, *, model: bool = True
) -> CompiledStateGraph[ProveState, Context, ProveState, ProveState]:
    """The compiled graph; without a checkpointer it serves as a node of another graph. Without
    ``model`` the portfolio alone proves."""
    graph = StateGraph(ProveState, context_schema=Context)
    graph.add_edge(START, "portfolio")
    if model:
        graph.add_node("samples", samples)
        add_leading(graph, "portfolio", portfolio, after_portfolio, {"next": "samples", "end": END})
        graph.add_edge("samples", END)
    else:
        graph.add_node("portfolio", portfolio)
        graph.add_edge("portfolio", END)
    return graph.compile(checkpointer=checkpointer, name="prove_whole")
