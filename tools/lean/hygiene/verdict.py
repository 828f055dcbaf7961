"""What a hygiene check says of a statement."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from proofloop.core.model import Frozen

Outcome = Literal["ok", "flagged", "unknown"]
Severity = Literal["error", "warning"]


class Span(Frozen):
    """A piece of the statement's own text: lines from 1, columns from 0, in code points."""

    line: int
    column: int
    end_line: int
    end_column: int


class Flag(Frozen):
    """One thing found. ``kind`` is one word for counting, ``reason`` one line for people."""

    kind: str
    reason: str
    spans: tuple[Span, ...] = ()


class HygieneVerdict(Frozen):
    """The answer of the check named ``check``. ``ok`` means that what the check looks for is known
    not to be there, ``unknown`` that neither could be told (``reason`` says why).

    A flag of severity ``error`` rests on a theorem that Lean's kernel has accepted, which
    ``evidence`` holds under ``proof``; a warning may be wrong."""

    check: str
    outcome: Outcome
    severity: Severity = "warning"
    reason: str = ""
    flags: tuple[Flag, ...] = ()
    evidence: dict[str, JsonValue] = Field(default_factory=dict)


class StatementHygiene(Frozen):
    """All that was checked of one statement. ``fault``: why it does not elaborate, if so."""

    name: str
    verdicts: tuple[HygieneVerdict, ...] = ()
    fault: str = ""
    seconds: float = 0.0

    def flagged(self, severity: Severity) -> tuple[HygieneVerdict, ...]:
        return tuple(
            verdict
            for verdict in self.verdicts
            if verdict.outcome == "flagged" and verdict.severity == severity
        )

    @property
    def unfinished(self) -> tuple[HygieneVerdict, ...]:
        """Those that the time of the statement ended."""
        return tuple(verdict for verdict in self.verdicts if verdict.evidence.get("out_of_time"))


def flagged(
    check: str,
    *flags: Flag,
    severity: Severity = "warning",
    evidence: dict[str, JsonValue] | None = None,
) -> HygieneVerdict:
    more = f" (and {len(flags) - 1} more)" if len(flags) > 1 else ""
    return HygieneVerdict(
        check=check,
        outcome="flagged",
        severity=severity,
        reason=flags[0].reason + more,
        flags=flags,
        evidence=evidence or {},
    )


def not_flagged(
    check: str, outcome: Outcome, reason: str, evidence: dict[str, JsonValue] | None = None
) -> HygieneVerdict:
    return HygieneVerdict(check=check, outcome=outcome, reason=reason, evidence=evidence or {})
