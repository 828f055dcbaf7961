"""The portfolio prover: core Lean's automation, raced in order, before any token is spent.

Every try is a whole check: what is returned has been accepted by the kernel as a proof of exactly
the statement asked. Tries run ``width`` at a time, in the order of the list; the first acceptance
stops the race, and of several that are in at the same time the earliest in the list is taken.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections import deque
from collections.abc import Iterable
from typing import Literal

from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import CheckLimits, CheckRequest, LeanBackend
from proofloop.tools.lean.report import LeanReport
from proofloop.tools.lean.shape import shape_of
from proofloop.tools.lean.tactics import TACTICS, Attempt, Tactic, attempts

# Of one try, so that a slow one does not take the whole time of the others.
LONGEST_TRY = 15.0
MOST_SUGGESTIONS = 4
_SUGGESTION = re.compile(r"Try (?:this|these):\s*(.*)", re.DOTALL)


class Tried(Frozen):
    """One try. ``seconds`` is its wall time without the queue (0 where the race stopped it);
    ``reason`` as in the report."""

    tactic: str
    seconds: float
    outcome: Literal["proved", "failed", "suggested", "timeout", "crashed", "cancelled"]
    reason: str = ""


class ProofResult(Frozen):
    """``proof`` is the whole theorem with its proof, accepted as ``report`` tells, or None."""

    proof: str | None = None
    tactic: str = ""
    report: LeanReport | None = None
    tried: tuple[Tried, ...] = ()


class Portfolio:
    """``width``: how many tries of one theorem run at a time; ``theorems``: how many theorems are
    searched for at a time, the others wait. Their product should be little more than the backend's
    workers: tries that queue for a worker would use up their theorem's time."""

    def __init__(
        self,
        lean: LeanBackend,
        *,
        tactics: Iterable[Tactic] = TACTICS,
        width: int = 2,
        theorems: int = 1,
    ) -> None:
        self._lean = lean
        self._tactics = tuple(tactics)
        self._width = width
        self._turns = asyncio.Semaphore(theorems)

    async def prove(
        self,
        statement: str,
        header: str = "",
        *,
        seconds: float = 60.0,
        heartbeats: int = 20_000,
        effort: int | None = None,
        try_seconds: float = LONGEST_TRY,
    ) -> ProofResult:
        """Try to prove ``statement`` (a theorem header without proof) after ``header`` (trusted,
        imports included) within ``seconds`` from its turn; one try within ``try_seconds`` and
        ``heartbeats``. With ``effort`` no try begins once those before it have used so many
        heartbeats: at width 1, and as long as no clock stops anything, the result is then the same
        on a busy machine. Raises InputError and LeanUnavailable."""
        async with self._turns:
            limits = CheckLimits(wall_seconds=try_seconds, heartbeats=heartbeats)
            race = _Race(self._lean, statement, header, time.monotonic() + seconds, limits, effort)
            return await race.run(attempts(shape_of(statement), self._tactics), self._width)


class _Race:
    def __init__(
        self,
        lean: LeanBackend,
        statement: str,
        header: str,
        deadline: float,
        limits: CheckLimits,
        effort: int | None,
    ) -> None:
        self._lean, self._statement, self._header = lean, statement.rstrip(), header
        self._deadline, self._limits = deadline, limits
        self._left = math.inf if effort is None else effort
        self._tried: list[Tried] = []

    async def run(self, line: Iterable[Attempt], width: int) -> ProofResult:
        waiting = deque(line)
        running: dict[asyncio.Task[LeanReport], Attempt] = {}
        try:
            while running or (waiting and self._left > 0):
                while waiting and len(running) < width and self._left > 0:
                    attempt = waiting.popleft()
                    running[asyncio.create_task(self._check(attempt))] = attempt
                done, _ = await asyncio.wait(
                    running, timeout=self._time_left(), return_when=asyncio.FIRST_COMPLETED
                )
                if not done:
                    self._stopped(running.values(), "timeout")
                    break
                for task in [task for task in running if task in done]:
                    attempt, report = running.pop(task), task.result()
                    suggested = self._suggestions(attempt, report)
                    self._note(attempt, report, suggested)
                    if report.accepted and not suggested:
                        self._stopped(running.values(), "cancelled")
                        return self._won(attempt, report)
                    waiting.extendleft(reversed(suggested))
            return ProofResult(tried=tuple(self._tried))
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _check(self, attempt: Attempt) -> LeanReport:
        # The limits do not depend on the time left: a journal knows the same try when a run is
        # taken up again. The race itself stops what still runs at its end.
        return await self._lean.check(
            CheckRequest(
                source=proof_text(self._statement, attempt.script),
                statement=self._statement,
                header=self._header,
                limits=self._limits,
            )
        )

    def _suggestions(self, attempt: Attempt, report: LeanReport) -> list[Attempt]:
        if not attempt.search:
            return []
        return [
            Attempt(f"{attempt.name}: {' '.join(script.split())}", script)
            for script in suggestions(report)[:MOST_SUGGESTIONS]
        ]

    def _note(self, attempt: Attempt, report: LeanReport, suggested: list[Attempt]) -> None:
        outcome: Literal["proved", "failed", "suggested", "timeout", "crashed", "cancelled"]
        if suggested:
            outcome = "suggested"
        elif report.accepted:
            outcome = "proved"
        elif report.status == "done":
            outcome = "failed"
        else:
            outcome = "crashed" if report.status == "memory" else report.status
        stopped = report.status != "done"
        self._left -= self._limits.heartbeats if stopped else report.heartbeats
        self._tried.append(
            Tried(
                tactic=attempt.name, seconds=report.seconds, outcome=outcome, reason=report.reason
            )
        )

    def _stopped(
        self, running: Iterable[Attempt], outcome: Literal["timeout", "cancelled"]
    ) -> None:
        self._tried += [Tried(tactic=each.name, seconds=0.0, outcome=outcome) for each in running]

    def _won(self, attempt: Attempt, report: LeanReport) -> ProofResult:
        return ProofResult(
            proof=proof_text(self._statement, attempt.script),
            tactic=attempt.name,
            report=report,
            tried=tuple(self._tried),
        )

    def _time_left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())


def proof_text(statement: str, script: str) -> str:
    """The theorem with a tactic block as its proof."""
    block = "\n".join("  " + line if line else line for line in script.splitlines())
    return f"{statement} := by\n{block}\n"


def suggestions(report: LeanReport) -> list[str]:
    """The tactic blocks that ``exact?`` and ``try?`` propose in their messages, in their order."""
    found: list[str] = []
    for message in report.messages:
        if match := _SUGGESTION.match(message.text):
            found += _listed(match[1])
    return list(dict.fromkeys(found))


def _listed(text: str) -> list[str]:
    """One suggestion, or the items of a list of them (``• ...``, or ``[apply] ...``)."""
    items = re.split(r"^\s*(?:• |\[apply\] )", text, flags=re.MULTILINE)
    return [item.strip() for item in items if item.strip()]
