"""Informal text to a proved Lean theorem, with the tools' feedback in the loop.

    formalize -> compile -> judge -> prove -> end
        ^___________|__________|

The tools and bounds of Autoformalizer with Tool Feedback (arXiv 2510.06857, section 3) in a fixed
order: the graph runs them, the model only writes, so any model that writes JSON will do and each
attempt costs two calls at most. (``atf`` is the paper's own loop, where the model calls the tools.)
Each rejected statement goes back to the formalizer with what the tool said. A statement ends the
loop when it compiles and the judge does not reject it; ``max_rounds`` bounds the attempts (the
paper's curve of success per revision flattens at 3 to 4). A judge's abstention ends the loop as
"unjudged": it is no reason to reject and none to accept. (A judge that is down is an error, and the
run goes on there when it is taken up again.) When no statement came out and the task
brings a formal statement of its own, that one is proved, and ``origin`` says so.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from proofloop.graphs.context import Context, context_of, panel_of
from proofloop.graphs.ending import add_ending
from proofloop.graphs.formalizing import (
    FormalizeState,
    Step,
    attempts,
    compile_statement,
    judged,
    reject,
    write,
)
from proofloop.graphs.leading import add_leading


async def formalize(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    return await write(context_of(runtime), state)


async def judge(state: FormalizeState, runtime: Runtime[Context]) -> dict[str, Any]:
    panel = panel_of(context_of(runtime))
    verdict = await judged(panel, state["informal"], state["statement"], state["header"])
    found: dict[str, Any] = {"verdict": verdict.model_dump(mode="json")}
    if verdict.passed is False:
        return found | reject(state, "judge", verdict.feedback)
    return found | {"status": "unjudged" if verdict.passed is None else "consistent"}


def after_tool(state: FormalizeState, runtime: Runtime[Context]) -> Step:
    """Where to go after the formalizer, or a tool that has looked at the statement."""
    if state.get("status") == "refused":
        return "give_up"
    if not state.get("fault"):
        return "next"
    return "again" if attempts(state) < context_of(runtime).max_rounds else "give_up"


def formalize_graph(
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    *,
    prove: bool = True,
    review: bool = False,
) -> CompiledStateGraph[FormalizeState, Context, FormalizeState, FormalizeState]:
    """The compiled graph. ``prove=False`` ends with the statement, ``review`` interrupts for a
    person's word on it. Usable as a subgraph."""
    graph = StateGraph(FormalizeState, context_schema=Context)
    last = add_ending(graph, prove=prove, review=review, revise="formalize")
    tools = {"formalize": formalize, "compile": compile_statement, "judge": judge}
    graph.add_edge(START, "formalize")
    for name, following in pairwise((*tools, last)):
        ways = {"next": following, "again": "formalize", "give_up": "give_up"}
        add_leading(graph, name, tools[name], after_tool, ways)
    return graph.compile(checkpointer=checkpointer, name="formalize")
