"""A bounded search for a proof that hardly ever exists: of False, of a statement's negation.

What a failing try costs is mostly reading the statement. So all tactics that are one line go first
in one check, in their order, each in turn; where one of them takes all of its heartbeats, Lean does
not go on to the next, and they are tried one by one. Then comes what is made for the statement.
Bounds are Lean's heartbeats, counted over the whole search, not the time that a machine takes.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import CheckLimits, CheckRequest, LeanBackend
from proofloop.tools.lean.portfolio import Portfolio, ProofResult, proof_text
from proofloop.tools.lean.report import LeanReport
from proofloop.tools.lean.shape import shape_of
from proofloop.tools.lean.tactics import Tactic, attempts
from proofloop.tools.lean.together import last_tried, stopped, together

# Of one try. The most that a successful one has used on the planted statements and a fifth of
# miniF2F is 1,300.
TRY_HEARTBEATS = 4_000
TRY_SECONDS = 60.0  # where heartbeats do not stop it: Lean counts small allocations only


class SearchLimits(Frozen):
    """``prove_heartbeats``: of each search for a proof (a check makes one or two), which decide,
    so that a busy machine comes to the same verdict; ``prove_seconds`` is for one that hangs.
    ``heartbeats``: of one question to Lean, a try at the most."""

    prove_heartbeats: int = Field(default=8_000, ge=1)
    prove_seconds: float = Field(default=120.0, gt=0)
    heartbeats: int = Field(default=20_000, ge=0)

    @property
    def one_try(self) -> CheckLimits:
        bounds = (TRY_HEARTBEATS, self.prove_heartbeats, self.heartbeats or TRY_HEARTBEATS)
        return CheckLimits(
            wall_seconds=min(TRY_SECONDS, self.prove_seconds), heartbeats=min(bounds)
        )


async def search(
    lean: LeanBackend,
    statement: str,
    header: str,
    tactics: Sequence[Tactic],
    limits: SearchLimits,
) -> ProofResult:
    """A proof of ``statement`` (a theorem header without proof) after ``header`` by one of the
    tactics; ``tactic`` names it. Raises LeanUnavailable."""
    limit = limits.one_try
    lines = [tactic for tactic in tactics if is_line(tactic)]
    others = [tactic for tactic in tactics if not is_line(tactic)]
    tries = list(attempts(shape_of(statement), lines))
    used = 0
    if len(tries) > 1:
        report = await try_script(lean, statement, header, together(tries), limit)
        if report.accepted:
            proof = proof_text(statement, together(tries))
            winner = last_tried(report, tries)
            name = winner.name if winner else "automation"
            return ProofResult(proof=proof, tactic=name, report=report)
        used = report.heartbeats
        if stopped(report):
            others = [*lines, *others]
    elif tries:
        others = [*lines, *others]
    return await Portfolio(lean, tactics=others, width=1).prove(
        statement,
        header,
        seconds=limits.prove_seconds,
        heartbeats=limit.heartbeats,
        effort=limits.prove_heartbeats - used,
        try_seconds=limit.wall_seconds,
    )


def is_line(tactic: Tactic) -> bool:
    """Whether it is one and the same line for every statement."""
    script = tactic.script
    return isinstance(script, str) and "{n}" not in script and "\n" not in script


async def try_script(
    lean: LeanBackend, statement: str, header: str, script: str, limits: CheckLimits
) -> LeanReport:
    return await lean.check(
        CheckRequest(
            source=proof_text(statement, script), statement=statement, header=header, limits=limits
        )
    )
