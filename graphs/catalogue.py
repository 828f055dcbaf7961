"""All graphs by name, and the module-level graphs that ``langgraph.json`` names."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from proofloop.graphs.formalize import formalize_graph
from proofloop.graphs.prove import prove_graph

GRAPHS: dict[str, Callable[[], CompiledStateGraph[Any, Any, Any, Any]]] = {
    "formalize": formalize_graph,
    "prove": prove_graph,
}


def summary(name: str) -> str:
    """The first sentence of the graph's module docstring."""
    module = sys.modules[GRAPHS[name].__module__]
    return " ".join((module.__doc__ or "").split("\n\n")[0].split())
