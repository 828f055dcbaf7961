"""The seam behind which every Lean stands."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from pydantic import Field, JsonValue

from proofloop.core.model import Frozen
from proofloop.tools.lean.report import STANDARD_AXIOMS, LeanReport, LeanVersion


class CheckLimits(Frozen):
    """Bounds of one check. ``heartbeats`` are Lean's (thousands of small allocations); 20,000 is
    a few seconds here. ``wall_seconds`` covers the check itself, not its time in the queue."""

    wall_seconds: float = 30.0
    heartbeats: int = 20_000


class CheckRequest(Frozen):
    """``source`` is a Lean text, untrusted, ``import`` lines included.

    With ``statement`` the text must prove it: a theorem header with its signature and no proof
    (``theorem t (n : Nat) : n + 0 = n``). ``header`` is trusted Lean text that both are read
    after (imports, ``open``, ``variable``); ``source`` then has no imports of its own. With
    ``standalone`` it is a file of its own, which may import more: ``header`` is only what the
    statement is read after, and ``source`` has to declare what that declares, the same, as far as
    the statement depends on it. Names that nothing binds are errors in a statement, unless its
    header says otherwise or ``auto_implicit`` makes them variables (which is reported).

    ``allow_sorry`` accepts statements without proof, for formalizations. ``allowed_axioms`` are
    those that a proof may rest on, written as Lean writes their names: the user's to choose, never
    a text's.
    """

    source: str
    statement: str = ""
    header: str = ""
    standalone: bool = False
    auto_implicit: bool = False
    allow_sorry: bool = False
    allowed_axioms: tuple[str, ...] = tuple(sorted(STANDARD_AXIOMS))
    limits: CheckLimits = CheckLimits()


class ProbeRequest(Frozen):
    """A question about Lean text that is no verdict: its goals, its hygiene, the constants in
    scope. ``probe`` names a function of ``lean/probes``, which runs in Lean on the state after
    ``header`` (trusted, imports included) with ``source`` (untrusted, no imports of its own) and
    ``arguments``, whatever that function takes. What it answers may be forged by the source's
    metaprograms: advice for provers and people, never a ground of acceptance."""

    probe: str
    header: str = ""
    source: str = ""
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    limits: CheckLimits = CheckLimits()


class ProbeAnswer(Frozen):
    """``data`` is what the function answered, when ``status`` is ``done``; otherwise ``detail``
    says in one line what stopped it (``failed``: the function's own error)."""

    status: Literal["done", "failed", "timeout", "memory", "crashed", "cancelled"]
    data: Any = None
    detail: str = ""
    seconds: float = 0.0


class LeanBackend(Protocol):
    """A Lean that checks, and answers questions. Safe to call concurrently; ``start`` is implied by
    the first check."""

    @property
    def version(self) -> LeanVersion:
        """Raises LeanUnavailable."""
        ...

    @property
    def workers(self) -> int:
        """How many checks run at a time."""
        ...

    async def start(self) -> None:
        """Raises LeanUnavailable, with the one command that would mend it."""
        ...

    async def check(self, request: CheckRequest) -> LeanReport:
        """Always returns a report: a hang, a crash or a memory bomb is a report too. Cancelling
        the task cancels the check. Raises InputError and LeanUnavailable only."""
        ...

    async def probe(self, request: ProbeRequest) -> ProbeAnswer:
        """Always returns an answer, as ``check`` does. Cancelling the task cancels the probe.
        Raises InputError (for an import that there is not, too) and LeanUnavailable only; a probe
        of an unknown name has failed."""
        ...

    async def aclose(self) -> None: ...
