"""What a Lean backend says of a piece of Lean."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

from proofloop.core.model import Frozen

STANDARD_AXIOMS = frozenset({"propext", "Classical.choice", "Quot.sound"})

Severity = Literal["error", "warning", "info"]


class Tier(IntEnum):
    """How far a source text got; each tier includes the ones before it, but for those that the
    backend cannot check."""

    NONE = 0  # not checked: time-out, crash, bad input
    PARSES = 1  # no syntax error
    ELABORATES = 2  # no error at all
    COMPLETE = 3  # no sorry, directly or through anything it depends on
    AXIOMS = 4  # only axioms of the allow-list, as the environment has them
    STATEMENT = 5  # the theorem proved is the theorem asked (where one was asked)
    KERNEL = 6  # every new declaration re-checked by a kernel that never saw the text


class Place(Frozen):
    """Where something is in the text, as far as that is known: ``line`` from 1, ``column`` from 0
    (code points), and the declaration that it stands in or is about."""

    line: int | None = None
    column: int | None = None
    declaration: str = ""


class Diagnostic(Frozen):
    """``line`` counts from 1, ``column`` from 0 (code points), as Lean counts them."""

    severity: Severity
    line: int
    column: int
    text: str
    end_line: int | None = None
    end_column: int | None = None


class Theorem(Frozen):
    """A theorem that the text declares, with the axioms it rests on. Library theorems count as
    resting on the standard three at most, which are then not listed, but see ``library``."""

    name: str
    axioms: tuple[str, ...] = ()
    sorry: bool = False
    library: bool = False  # rests on library theorems whose proofs this Lean does not have


class LeanVersion(Frozen):
    """``isolation`` is what a text's code runs in: ``webassembly``, ``bubblewrap``, or ``none``,
    where it can do whatever the user can."""

    version: str
    backend: str
    isolation: str = ""


class LeanReport(Frozen):
    """The verdict of one check. ``reason`` is one line; empty when accepted.

    ``tier`` is the highest that the text reached with all before it; ``failed_tier`` the one that
    refused it, and ``place`` where. They need not be neighbours: of a declaration that the kernel
    refuses nobody knows the axioms. ``unavailable`` names the tiers that this backend cannot
    check: an acceptance means all the others.

    ``notes`` says in words what the theorems are about where their text could be read as more,
    as when an arbitrary ordered field stands for ℝ.

    ``status`` says how the check itself ended: ``done``, or what stopped it. ``seconds`` is wall
    time of the check, ``lean_seconds`` the part spent inside Lean's elaborator and kernel.
    ``heartbeats`` is what the elaborator used, in the unit of ``CheckLimits.heartbeats``, the same
    at any load of the machine; 0 where the check was stopped.
    """

    accepted: bool
    tier: Tier
    reason: str
    failed_tier: Tier | None = None
    place: Place | None = None
    unavailable: tuple[Tier, ...] = ()
    notes: tuple[str, ...] = ()
    messages: tuple[Diagnostic, ...] = ()
    theorems: tuple[Theorem, ...] = ()
    lean: LeanVersion
    status: Literal["done", "timeout", "memory", "crashed", "cancelled"] = "done"
    seconds: float = 0.0
    lean_seconds: float = 0.0
    heartbeats: int = 0

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(message for message in self.messages if message.severity == "error")
