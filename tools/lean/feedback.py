"""Lean's words for the agent that will try again: which tactic failed, on which goal, and why.

Built from the states of the proof (goals.py), which say more than the diagnostics do and say it
where it belongs; from the diagnostics alone where there are no states.
"""

from __future__ import annotations

from proofloop.core.errors import ProbeFailed
from proofloop.tools.lean.backend import CheckLimits, LeanBackend
from proofloop.tools.lean.goals import ProofError, ProofTrace, trace_proof
from proofloop.tools.lean.report import Diagnostic, LeanReport

MOST_ERRORS = 5
MOST_GOALS = 3
MOST_CHARACTERS = 1500


async def explain(
    lean: LeanBackend,
    report: LeanReport,
    source: str,
    *,
    header: str = "",
    limits: CheckLimits | None = None,
) -> str:
    """What to mend in ``source``, of which ``report`` is the check. Asks ``lean`` for the states
    of the proof where it has errors: one more elaboration at most, within ``limits``."""
    trace = None
    if report.status == "done" and report.errors:
        try:
            trace = await trace_proof(lean, source, header=header, limits=limits)
        except ProbeFailed:
            trace = None  # the diagnostics are still there
    return feedback(report, source, trace)


def feedback(report: LeanReport, source: str, trace: ProofTrace | None = None) -> str:
    """What to mend: why the check failed, then the first errors, each with its line of source
    and, where ``trace`` knows them, its tactic and its goals."""
    lines = source.splitlines()
    shown = [
        located(message, trace) or excerpt(message, lines)
        for message in report.errors[:MOST_ERRORS]
    ]
    more = len(report.errors) - len(shown)
    if more > 0:
        shown.append(f"... and {more} more errors")
    return "\n\n".join([report.reason, *shown]) if shown else report.reason


def located(message: Diagnostic, trace: ProofTrace | None) -> str:
    """What ``trace`` knows of a diagnostic, as words; empty where that is nothing."""
    for error in trace.errors if trace else ():
        same = (error.line, error.column) == (message.line, message.column)
        if trace and same and error.text == message.text:
            return failure(trace, error)
    return ""


def failure(trace: ProofTrace, error: ProofError) -> str:
    """One error as the tactic that failed and its goals; empty where neither is known."""
    step = trace.failed_step(error)
    goals = [goal.text for goal in trace.goals_at(error.goals)]
    place = f"line {error.line}, column {error.column}"
    if step:
        what = f"{place}: the tactic `{cut(step.tactic)}` failed: {reason(error.text, goals)}"
    elif goals:
        what = f"{place}: {reason(error.text, goals)}"
    else:
        return ""
    shown = goals[:MOST_GOALS]
    if step and not error.text.startswith("unsolved goals"):
        heading = "The goal there:" if len(goals) == 1 else "The goals there:"
    else:
        heading = "Left to prove:"
    rest = [f"... and {len(goals) - len(shown)} more goals"] if len(goals) > len(shown) else []
    return "\n".join([what, heading, *(indented(goal) for goal in shown), *rest])


def reason(text: str, goals: list[str]) -> str:
    """The error's text without the goals, which are shown after it."""
    for goal in goals:
        text = text.replace(goal, "")
    return cut(text.strip())


def excerpt(message: Diagnostic, lines: list[str]) -> str:
    """One diagnostic with the source line it points at."""
    place = f"line {message.line}, column {message.column}: {message.severity}: {cut(message.text)}"
    if 1 <= message.line <= len(lines):
        place += f"\n  | {lines[message.line - 1]}\n  | {' ' * message.column}^"
    return place


def indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in cut(text).splitlines())


def cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + " ..."
