"""Prove a Lean statement tactic by tactic, the most promising proof state first.

    portfolio -> start -> expand -> expand ... -> end

Best-first search as in GPT-f (arXiv 2009.03393, section 4) and ReProver (arXiv 2306.15626): the
state with the best score is taken, tactics are proposed for it, and what Lean makes of each is a
new state. A state's score is the sum of its tactics' log-probabilities, over its length to the
power ``search.length_power``. States with the same goals are one state. Tactics come from the
model, and from the goal's shape unless the run goes without the portfolio, so that the search runs
with the offline model too. It ends with the first proof that Lean accepts, after
``search.expansions`` states, or when there is none left.
"""

from __future__ import annotations

import math
from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.tactician import Proposal, propose_tactics
from proofloop.core.errors import ProbeFailed
from proofloop.core.model import Frozen
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.leading import add_leading
from proofloop.graphs.prove import ProveState, after_portfolio, check_proof, portfolio, proved
from proofloop.tools.lean.backend import CheckLimits
from proofloop.tools.lean.moves import moves
from proofloop.tools.lean.proof_state import ProofState, start, step

STEP_HEARTBEATS = 4000  # of one tactic: a search tries many, and most fail
MOST_WAITING = 100  # states kept; the least promising are forgotten


class Node(Frozen):
    """A proof state on the way; ``score`` is the sum of its tactics' scores."""

    state: ProofState
    score: float = 0.0

    def promise(self, power: float) -> float:
        return self.score / float(max(1, len(self.state.tactics)) ** power)


class SearchState(ProveState, total=False):
    """``waiting`` holds the states to expand, by their keys; ``expanded`` the keys of those that
    were, in order; ``notes`` why there is no search."""

    waiting: dict[str, dict[str, Any]]
    expanded: list[str]
    notes: str


async def begin(state: SearchState, runtime: Runtime[Context]) -> dict[str, Any]:
    context = context_of(runtime)
    try:
        root = await start(
            context.lean, state["header"], state["statement"], limits=limits(context)
        )
    except ProbeFailed as error:
        return {"waiting": {}, "expanded": [], "notes": str(error)}
    return {"waiting": {root.key: Node(state=root).model_dump(mode="json")}, "expanded": []}


async def expand(state: SearchState, runtime: Runtime[Context]) -> dict[str, Any]:
    context = context_of(runtime)
    waiting = {key: Node.model_validate(node) for key, node in state["waiting"].items()}
    power = context.search.length_power
    key = max(waiting, key=lambda each: waiting[each].promise(power))
    best, expanded = waiting.pop(key), [*state["expanded"], key]
    proposals = await propose(context, best.state, first=state.get("first", 0))
    scores = {proposal.tactic: proposal.score for proposal in proposals}
    try:
        outcomes = await step(context.lean, best.state, list(scores), limits=limits(context))
    except ProbeFailed:
        outcomes = ()
    for outcome, score in zip(outcomes, scores.values(), strict=False):
        child = outcome.state
        if child is None:
            continue
        if child.finished:
            found = await finish(context, state, child)
            if found:
                return {"expanded": expanded, "waiting": {}, **found}
            continue
        node = Node(state=child, score=best.score + score)
        known = waiting.get(child.key)
        if child.key not in expanded and (known is None or known.score < node.score):
            waiting[child.key] = node
    kept = sorted(waiting, key=lambda each: -waiting[each].promise(power))[:MOST_WAITING]
    return {
        "expanded": expanded,
        "waiting": {each: waiting[each].model_dump(mode="json") for each in kept},
    }


async def propose(context: Context, state: ProofState, *, first: int) -> list[Proposal]:
    """Tactics of the model and of the goal's shape, each once; the model's score goes first."""
    search = context.search
    proposals = await propose_tactics(
        context.model,
        state.statement,
        [goal.text for goal in state.goals],
        header=state.header,
        done=state.tactics,
        n=search.tactics,
        first=first * search.tactics,
    )
    if search.portfolio:
        known = {proposal.tactic for proposal in proposals}
        own = [tactic for tactic in moves(state.goals[0]) if tactic not in known]
        # By rank: the first of a list is about as likely as a fair coin, the tenth a tenth.
        proposals += [
            Proposal(tactic=tactic, score=-math.log(rank)) for rank, tactic in enumerate(own, 2)
        ]
    return proposals


async def finish(context: Context, state: SearchState, end: ProofState) -> dict[str, Any]:
    """The update for a state without goals, if a check accepts its proof."""
    report = await check_proof(context, state["statement"], state["header"], end.proof)
    return proved(context, state, end.proof, "best-first", report) if report.accepted else {}


def limits(context: Context) -> CheckLimits:
    heartbeats = context.limits.heartbeats or STEP_HEARTBEATS
    return context.limits.model_copy(update={"heartbeats": min(STEP_HEARTBEATS, heartbeats)})


def after_expansion(state: SearchState, runtime: Runtime[Context]) -> Literal["expand", "end"]:
    spent = len(state["expanded"]) >= context_of(runtime).search.expansions
    return "end" if state.get("proof") or spent or not state["waiting"] else "expand"


def prove_best_first_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> CompiledStateGraph[SearchState, Context, SearchState, SearchState]:
    """The compiled graph; without a checkpointer it serves as a node of another graph."""
    graph = StateGraph(SearchState, context_schema=Context)
    graph.add_edge(START, "portfolio")
    add_leading(graph, "portfolio", portfolio, after_portfolio, {"next": "start", "end": END})
    add_leading(graph, "start", begin, after_expansion, {"expand": "expand", "end": END})
    add_leading(graph, "expand", expand, after_expansion, {"expand": "expand", "end": END})
    return graph.compile(checkpointer=checkpointer, name="prove_best_first")
