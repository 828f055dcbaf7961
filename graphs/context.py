"""What graphs run with: passed as LangGraph's run-scoped context, never kept in a state."""

from __future__ import annotations

from dataclasses import dataclass, field

from proofloop.agents.llm.base import Model
from proofloop.tools.lean.backend import CheckLimits, LeanBackend

DEFAULT_HEADER = "import Proofloop\nopen Nat"


@dataclass(frozen=True)
class Context:
    """The model that formalizes and proves, the one that judges, and the Lean that decides."""

    model: Model
    judge: Model
    lean: LeanBackend
    max_rounds: int = 4
    limits: CheckLimits = field(default_factory=CheckLimits)
    prove_seconds: float = 60.0
