"""Sample, then select: the shape of the methods that answer with one of several attempts.

    sample -> select -> end

When the budget ends in the middle the selection is made of what there is; then both are done again
from the record, and where that brings nothing more the budget's word ends the run, so that one
with more budget goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.core.errors import BudgetExceeded
from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Selection, Selector
from proofloop.graphs.answers import reader
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.drafts import samples_within_budget
from proofloop.graphs.leading import add_leading

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
        before = len(state.get("candidates", []))
        if before == n:
            return {}
        model, task = context_of(runtime).model, task_of(state["problem"])
        found, spent = await samples_within_budget(model, task, n)
        if spent and len(found) <= before:
            raise spent
        return {"candidates": [one.model_dump(mode="json") for one in found]}

    async def select(state: AttemptsState, runtime: Runtime[Context]) -> dict[str, Any]:
        candidates = [Candidate.model_validate(item) for item in state["candidates"]]
        chosen = await selector(context_of(runtime)).select(task_of(state["problem"]), candidates)
        if len(candidates) == n:
            raise_unless_more(chosen, state.get("selection"))
        best = next((one for one in candidates if one.id == chosen.best), None)
        solution = best.content if best else ""
        return {
            "selection": chosen.model_dump(mode="json"),
            "solution": solution,
            "answer": reader(context_of(runtime))(solution),
        }

    def after_select(state: AttemptsState, runtime: Runtime[Context]) -> Literal["sample", "end"]:
        whole = len(state["candidates"]) == n and not state["selection"]["partial"]
        return "end" if whole else "sample"

    graph = StateGraph(AttemptsState, context_schema=Context)
    graph.add_node("sample", sample)
    graph.add_edge(START, "sample")
    graph.add_edge("sample", "select")
    add_leading(graph, "select", select, after_select, {"sample": "sample", "end": END})
    return graph.compile(checkpointer=checkpointer, name=name)


def raise_unless_more(chosen: Selection, before: Mapping[str, Any] | None) -> None:
    """Raises BudgetExceeded for a selection that the budget ended with no more readable votes than
    when it was made ``before``."""
    if not (chosen.partial and before and before["partial"]):
        return
    if readable(chosen.votes) <= readable(before["votes"]):
        raise BudgetExceeded.told(chosen.note)


def readable(votes: Sequence[Mapping[str, Any]]) -> int:
    return sum(all(value is not None for value in vote.values()) for vote in votes)
