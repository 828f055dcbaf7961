"""What graphs run with: passed as LangGraph's run-scoped context, never kept in a state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from langgraph.runtime import Runtime

from proofloop.agents.llm.base import Model
from proofloop.core.errors import SettingsError
from proofloop.tools.lean.backend import CheckLimits, LeanBackend
from proofloop.tools.lean.portfolio import Portfolio

# Without the option a misspelt name in a statement becomes a variable of its own.
DEFAULT_HEADER = "import Proofloop\nset_option autoImplicit false\nopen Nat"


class Context(NamedTuple):
    """The model that formalizes and proves, the one that judges, the Lean that decides, and the
    portfolio that proves without a model. (No dataclass: LangGraph would try to make one from the
    empty table that its tools pass.)"""

    model: Model
    judge: Model
    lean: LeanBackend
    portfolio: Portfolio
    max_rounds: int = 4
    limits: CheckLimits = CheckLimits()
    prove_seconds: float = 60.0


_default: Callable[[], Context] | None = None


def set_default_context(make: Callable[[], Context]) -> None:
    """What a graph runs with when its caller passes no context, as the LangGraph tools do."""
    global _default
    _default = make


def context_of(runtime: Runtime[Context]) -> Context:
    """The run's context. Raises SettingsError when there is none and no default."""
    context: Any = runtime.context  # the LangGraph tools pass an empty table
    if isinstance(context, Context):
        return context
    if _default is None:
        raise SettingsError(
            "a graph needs its context: graph.ainvoke(inputs, context=Context(...))"
        )
    return _default()
