"""Several scripts in one check: what a failing one costs is mostly reading the statement."""

from __future__ import annotations

from collections.abc import Sequence

from proofloop.tools.lean.report import LeanReport, Tier
from proofloop.tools.lean.tactics import Attempt

TOO_SLOW = "(deterministic) timeout"  # Lean's word for the end of its heartbeats
# Errors after which `first` does not go on.
ENDING = (TOO_SLOW, "maximum recursion depth")


def together(tries: Sequence[Attempt]) -> str:
    """The first of them that closes the goal; each says its name before it tries."""
    lines = [f'| (trace "{each.name}"; ({one_line(each.script)}); done)' for each in tries]
    return "first\n" + "\n".join(lines)


def one_line(script: str) -> str:
    return "; ".join(script.split("\n"))


def last_tried(report: LeanReport, tries: Sequence[Attempt]) -> Attempt | None:
    """Of a check of all of them: the one that closed the goal, or the last one whose turn came."""
    by_name = {each.name: each for each in tries}
    said = [message.text for message in report.messages if message.text in by_name]
    return by_name[said[-1]] if said else None


def stopped(report: LeanReport) -> bool:
    """Whether something ended the check before every alternative had its turn."""
    unread = report.status != "done" or report.failed_tier == Tier.PARSES
    return unread or any(words in each.text for words in ENDING for each in report.errors)
