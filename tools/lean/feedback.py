"""Lean's diagnostics as words for the agent that will try again."""

from __future__ import annotations

from proofloop.tools.lean.report import Diagnostic, LeanReport

MOST_ERRORS = 5
MOST_CHARACTERS = 1500


def feedback(report: LeanReport, source: str) -> str:
    """What to mend: why the check failed, then the first errors, each with its line of source."""
    lines = source.splitlines()
    shown = [excerpt(error, lines) for error in report.errors[:MOST_ERRORS]]
    more = len(report.errors) - len(shown)
    if more > 0:
        shown.append(f"... and {more} more errors")
    return "\n\n".join([report.reason, *shown]) if shown else report.reason


def excerpt(message: Diagnostic, lines: list[str]) -> str:
    """One diagnostic with the source line it points at."""
    text = message.text
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS] + " ..."
    place = f"line {message.line}, column {message.column}: {message.severity}: {text}"
    if 1 <= message.line <= len(lines):
        place += f"\n  | {lines[message.line - 1]}\n  | {' ' * message.column}^"
    return place
