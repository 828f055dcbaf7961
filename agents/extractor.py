"""A summary without a language model: what the events of a trajectory say by themselves.

Nothing is understood and nothing is invented: statements and answers that were proposed are the
hypotheses, what judges said and where the run was broken off are the decisions, how it ended and
accepted checks are the progress, rejected checks and failed calls, counted by their reasons, the
failures. There are no lessons. ``Summary.extracted`` says how it was made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.agents.summarizer import SUMMARY_TOKENS
from proofloop.core.events import kind
from proofloop.core.trajectory import Step, Summary, Trajectory
from proofloop.tools.answers.extract import final_answer

LONGEST = 240  # characters of one item
MOST = 12  # items of one section


def extract(trajectory: Trajectory, *, most_tokens: int = SUMMARY_TOKENS) -> Summary:
    """Rendered in at most ``most_tokens`` (estimated), if these hold the outcome alone."""
    steps = trajectory.steps
    summary = Summary(
        hypotheses=listed([*statements(steps), *answers(steps)]),
        decisions=listed([*verdicts(steps), *breaks(steps), *asked(steps)]),
        progress=listed([*endings(steps), *accepted(steps)]),
        failures=listed([*rejected(steps), *faults(steps)]),
        outcome=trajectory.outcome,
        extracted=True,
    )
    return summary.bounded(most_tokens, estimate_tokens)


def statements(steps: Iterable[Step]) -> list[str]:
    sources = [
        told(step, "source") for step in steps if of(step, "lean") and told(step, "statement")
    ]
    return [f"statement: {without_proof(text)}" for text in dict.fromkeys(sources)]


def answers(steps: Iterable[Step]) -> list[str]:
    found = Counter(
        answer
        for step in steps
        if of(step, "model")
        and not told(step, "error")
        and (answer := final_answer(step.observation))
    )
    return [f"answer: {answer} ({often(times)})" for answer, times in found.most_common()]


def verdicts(steps: Iterable[Step]) -> list[str]:
    found = [step for step in steps if of(step, "verdict")]
    return list(dict.fromkeys(f"{step.action}: {step.observation}" for step in found))


def breaks(steps: Iterable[Step]) -> list[str]:
    times = sum(of(step, "open") for step in steps)
    return [f"the run was taken up again ({often(times)})"] if times else []


def asked(steps: Iterable[Step]) -> list[str]:
    calls = Counter(step.action for step in steps if of(step, "model") or of(step, "probe"))
    return [f"{action} ({often(times)})" for action, times in calls.most_common()]


def endings(steps: Iterable[Step]) -> list[str]:
    return [
        f"ended with {line}" for step in steps if of(step, "end") for line in told(step, "lines")
    ]


def accepted(steps: Iterable[Step]) -> list[str]:
    """Proofs first, then statements that elaborate."""
    checks = [step for step in steps if of(step, "lean") and told(step, "accepted")]
    proofs = [told(step, "source") for step in checks if not told(step, "statement")]
    drafts = [told(step, "source") for step in checks if told(step, "statement")]
    return [
        *(f"accepted by the kernel: {text}" for text in dict.fromkeys(proofs)),
        *(f"elaborates: {without_proof(text)}" for text in dict.fromkeys(drafts)),
    ]


def rejected(steps: Iterable[Step]) -> list[str]:
    reasons = Counter(
        told(step, "reason") or "no reason given"
        for step in steps
        if of(step, "lean") and not told(step, "accepted")
    )
    return [f"rejected ({often(times)}): {reason}" for reason, times in reasons.most_common()]


def faults(steps: Iterable[Step]) -> list[str]:
    found = Counter(
        f"{step.action}: {step.observation}"
        for step in steps
        if of(step, "model") and told(step, "error")
    )
    return [f"{words} ({often(times)})" for words, times in found.most_common()]


def told(step: Step, name: str) -> Any:
    return (step.data or {}).get(name, "")


def of(step: Step, wanted: str) -> bool:
    return kind(step) == wanted


def without_proof(source: str) -> str:
    return source.rpartition(":=")[0].strip() or source


def listed(items: list[str]) -> tuple[str, ...]:
    """Each item on one line, cut where it is long; how many were left out is the last item."""
    flat = [" ".join(item.split()) for item in items]
    cut = [item if len(item) <= LONGEST else item[: LONGEST - 4] + " ..." for item in flat]
    left = len(cut) - MOST
    return tuple(cut) if left <= 0 else (*cut[:MOST], f"and {left} more")


def often(times: int) -> str:
    return "once" if times == 1 else f"{times} times"
