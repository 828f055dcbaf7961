"""Parallel-Distill-Refine: drafts, a bounded workspace, better drafts (arXiv 2510.01123).

    draft -> distill -> draft -> ... -> end

Round r writes M_r drafts in parallel, each from the problem and the workspace; the workspace is
rebuilt from the newest drafts alone, never accumulated, and never larger than its bound. The last
round has M_R = 1 and its draft is the answer. With M_r = 1 throughout this is the paper's
sequential refinement. ``tokens_on_path`` is the paper's B_seq (the longest call of each round),
``tokens`` its B_total.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.core.task import Candidate, Task
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.drafts import drafts_within_budget
from proofloop.graphs.leading import add_leading
from proofloop.graphs.workspace import OPERATORS, Operator, workspaces
from proofloop.tools.answers.extract import final_answer

ROUNDS = (8, 4, 1)
WORKSPACE_TOKENS = 2000


class PdrState(TypedDict, total=False):
    """``problem`` goes in. ``whole``: no budget ended the round's drafts. ``answer`` is the last
    round's, taken out of ``solution``."""

    problem: str
    round: int
    whole: bool
    workspaces: list[str]
    drafts: list[dict[str, Any]]
    note: str
    solution: str
    answer: str
    tokens: Annotated[int, operator.add]
    tokens_on_path: Annotated[int, operator.add]


def task_of(state: PdrState) -> Task:
    return Task(id="pdr", kind="solve", informal=state["problem"])


def pdr_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    rounds: Sequence[int] = ROUNDS,
    distill: Operator = "summary",
    k: int = 4,
    workspace_tokens: int = WORKSPACE_TOKENS,
) -> CompiledStateGraph[PdrState, Context, PdrState, PdrState]:
    """The compiled graph. ``rounds``: M_1 to M_R, the last is 1; ``k``: drafts that top-k and
    random-k keep. Raises ValueError for bounds or an operator that cannot be."""
    if not rounds or min(rounds) < 1 or rounds[-1] != 1:
        raise ValueError("rounds are at least 1 each, and the last is 1")
    if k < 1 or workspace_tokens < 0:
        raise ValueError("k must be at least 1 and workspace_tokens at least 0")
    if distill not in OPERATORS:
        raise ValueError(f"the distil operator is one of {', '.join(OPERATORS)}")

    async def draft(state: PdrState, runtime: Runtime[Context]) -> dict[str, Any]:
        number = state.get("round", 0)
        contexts = state.get("workspaces") or [""] * rounds[0]
        model = context_of(runtime).model
        drafts, spent = await drafts_within_budget(model, task_of(state), contexts, round=number)
        # What the budget allowed is kept before its end is told: asked again, it brought no more.
        if spent and len(drafts) <= (0 if state.get("whole", True) else len(state["drafts"])):
            raise spent
        used = [one.usage.total for one in drafts] if spent is None else [0]
        return {
            "round": number + (spent is None),
            "whole": spent is None,
            "drafts": [one.model_dump(mode="json", exclude={"logprobs"}) for one in drafts],
            "solution": drafts[0].content,
            "answer": final_answer(drafts[0].content),
            "tokens": sum(used),
            "tokens_on_path": max(used),
        }

    async def rebuild(state: PdrState, runtime: Runtime[Context]) -> dict[str, Any]:
        context = context_of(runtime)
        made, note = await workspaces(
            distill,
            context.model,
            task_of(state),
            [Candidate.model_validate(item) for item in state["drafts"]],
            attempts=rounds[state["round"]],
            k=k,
            most_tokens=workspace_tokens,
            seed=context.seed + state["round"],
        )
        return {"workspaces": made, "note": note or state.get("note", "")}

    def after_draft(
        state: PdrState, runtime: Runtime[Context]
    ) -> Literal["draft", "distill", "end"]:
        if not state["whole"]:
            return "draft"
        return "end" if state["round"] >= len(rounds) else "distill"

    graph = StateGraph(PdrState, context_schema=Context)
    graph.add_node("distill", rebuild)
    graph.add_edge(START, "draft")
    ways = {"draft": "draft", "distill": "distill", "end": END}
    add_leading(graph, "draft", draft, after_draft, ways)
    graph.add_edge("distill", "draft")
    return graph.compile(checkpointer=checkpointer, name="pdr")
