"""A* over partial solutions as a graph (A*-Decoding, arXiv 2505.13672).

    expand -> expand -> ... -> end

One expansion is one step of the graph, so a run goes on from the frontier it had. The algorithm is
``graphs/a_star_search.py``; the judge's rating of the steps so far stands for a process reward.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.graphs.a_star_search import AStar, Search, check_bounds
from proofloop.graphs.attempts import task_of
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.leading import add_leading
from proofloop.graphs.steps import ModelRewards, ModelStepper
from proofloop.tools.answers.extract import final_answer

SILENT = "no readable reward: all lines of steps count the same"


class AStarState(TypedDict, total=False):
    """``problem`` goes in; ``search`` has the frontier. ``solution`` is the best so far: complete
    where one was completed, else the most promising beginning, whose ``answer`` is ""."""

    problem: str
    search: dict[str, Any]
    note: str
    solution: str
    answer: str


def astar_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    k: int = 4,
    frontier: int = 32,
    expansions: int = 64,
    steps: int = 16,
    continues: bool = False,
) -> CompiledStateGraph[AStarState, Context, AStarState, AStarState]:
    """The compiled graph; ``continues`` is the way of the stepper, the rest as in ``AStar``.
    Raises ValueError for a bound below 1."""
    check_bounds(k, frontier, expansions, steps)

    def algorithm(context: Context) -> AStar:
        return AStar(
            ModelStepper(context.model, continues=continues),
            ModelRewards(context.judge),
            k=k,
            frontier=frontier,
            expansions=expansions,
            steps=steps,
            seed=context.seed,
        )

    async def expand(state: AStarState, runtime: Runtime[Context]) -> dict[str, Any]:
        before = Search.model_validate(state["search"]) if "search" in state else Search()
        task = task_of(state["problem"])
        search = await algorithm(context_of(runtime)).expanded(task, before)
        solution = search.best.partial.text
        return {
            "search": search.model_dump(mode="json"),
            "note": SILENT if search.rewards and search.abstained == search.rewards else "",
            "solution": solution,
            "answer": final_answer(solution),
        }

    def after_expand(state: AStarState, runtime: Runtime[Context]) -> Literal["expand", "end"]:
        search = Search.model_validate(state["search"])
        return "end" if algorithm(context_of(runtime)).over(search) else "expand"

    graph = StateGraph(AStarState, context_schema=Context)
    graph.add_edge(START, "expand")
    add_leading(graph, "expand", expand, after_expand, {"expand": "expand", "end": END})
    return graph.compile(checkpointer=checkpointer, name="astar")
