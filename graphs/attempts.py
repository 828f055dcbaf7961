"""Sample, then select: the shape of the methods that answer with one of several attempts.

sample -> select -> end
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.agents.solver import solve
from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Selector
from proofloop.graphs.answers import reader
from proofloop.graphs.context import Context, context_of

MakeSelector = Callable[[Context], Selector]


class AttemptsState(TypedDict, total=False):
    """``problem`` goes in. ``selection`` has the ranking and the votes; ``answer`` is "" where the
    chosen solution marks none."""

    problem: str
    candidates: list[dict[str, Any]]
    selection: dict[str, Any]
    solution: str
    answer: str


def task_of(problem: str) -> Task:
    return Task(id="problem", kind="solve", informal=problem)


def sample_and_select(
    name: str,
    n: int,
    selector: MakeSelector,
    checkpointer: BaseCheckpointSaver[Any] | None = None,
) -> CompiledStateGraph[AttemptsState, Context, AttemptsState, AttemptsState]:
    """The compiled graph of ``n`` independent samples and a selector. Raises ValueError for no
    samples."""
    if n < 1:
        raise ValueError("n must be at least 1")

    async def sample(state: AttemptsState, runtime: Runtime[Context]) -> dict[str, Any]:
        found = await solve(context_of(runtime).model, task_of(state["problem"]), n=n)
        return {"candidates": [one.model_dump(mode="json") for one in found]}

    async def select(state: AttemptsState, runtime: Runtime[Context]) -> dict[str, Any]:
        candidates = [Candidate.model_validate(item) for item in state["candidates"]]
        chosen = await selector(context_of(runtime)).select(task_of(state["problem"]), candidates)
        best = next((one for one in candidates if one.id == chosen.best), None)
        solution = best.content if best else ""
        return {
            "selection": chosen.model_dump(mode="json"),
            "solution": solution,
            "answer": reader(context_of(runtime))(solution),
        }

    graph = StateGraph(AttemptsState, context_schema=Context)
    graph.add_node("sample", sample)
    graph.add_node("select", select)
    graph.add_edge(START, "sample")
    graph.add_edge("sample", "select")
    graph.add_edge("select", END)
    return graph.compile(checkpointer=checkpointer, name=name)
