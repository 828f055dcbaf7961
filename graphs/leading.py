"""Nodes that say themselves where the run goes on.

A conditional edge does the same, but LangGraph reads the whole state once more for it, in a traced
runnable of its own: of a batch of short graphs against a fast model that was a sixth of all Python
calls. A node that returns LangGraph's ``Command`` costs nothing beside its update.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from langgraph.channels.binop import BinaryOperatorAggregate
from langgraph.graph import StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command

from proofloop.graphs.context import Context

Node = Callable[[Any, Runtime[Context]], Awaitable[dict[str, Any]]]
# From the state after the node to the name of a way on.
Way = Callable[[Any, Runtime[Context]], str]


def add_leading(
    graph: StateGraph[Any, Context, Any, Any],
    name: str,
    node: Node,
    way: Way,
    ends: Mapping[str, str],
) -> None:
    """Adds ``node``, after which ``way`` sees the state with the node's update and names one of
    ``ends``: the node that follows."""

    async def lead(state: dict[str, Any], runtime: Runtime[Context]) -> Command[Any]:
        update = await node(state, runtime)
        return Command(update=update, goto=ends[way(updated(graph, state, update), runtime)])

    labels = {end: label for label, end in ends.items()}
    graph.add_node(name, lead, input_schema=graph.state_schema, destinations=labels)


def updated(
    graph: StateGraph[Any, Context, Any, Any], state: Mapping[str, Any], update: Mapping[str, Any]
) -> dict[str, Any]:
    """The state once the graph has taken the update in."""
    new = {**state, **update}
    for key in update.keys() & state.keys():
        channel = graph.channels.get(key)
        if isinstance(channel, BinaryOperatorAggregate):
            new[key] = channel.operator(state[key], update[key])
    return new
