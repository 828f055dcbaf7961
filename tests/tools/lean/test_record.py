"""Recorded checks, over a backend that counts what reaches it."""

from pathlib import Path
from typing import Any

import pytest

from proofloop.core.budget import Budget, Limits
from proofloop.core.errors import BudgetExceeded
from proofloop.core.journal import Journal
from proofloop.tools.lean import record
from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.record import RecordedLean
from proofloop.tools.lean.report import LeanReport, LeanVersion, Tier

VERSION = LeanVersion(version="4", backend="counting")


class Counting:
    """Answers with reports of the statuses given, and counts."""

    version = VERSION

    def __init__(self, *statuses: Any) -> None:
        self.statuses = list(statuses)
        self.checks = 0

    async def start(self) -> None: ...

    async def aclose(self) -> None: ...

    async def check(self, request: CheckRequest) -> LeanReport:
        self.checks += 1
        return LeanReport(
            accepted=False,
            tier=Tier.PARSES,
            reason="line 1: ∃ error",
            lean=VERSION,
            status=self.statuses.pop(0),
            seconds=2.0,
        )


REQUEST = CheckRequest(source="theorem t : 1 = 2 := rfl")


async def test_the_same_check_is_made_once_also_by_a_later_process(tmp_path: Path) -> None:
    backend = Counting("done", "done")
    path = tmp_path / "journal.jsonl"
    first = await RecordedLean(backend, Journal(path), Budget()).check(REQUEST)
    again = await RecordedLean(backend, Journal(path), Budget()).check(REQUEST)
    assert first == again
    assert backend.checks == 1
    other = REQUEST.model_copy(update={"allow_sorry": True})
    await RecordedLean(backend, Journal(path), Budget()).check(other)
    assert backend.checks == 2


async def test_a_check_of_another_prelude_or_host_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Counting("done", "done")
    path = tmp_path / "journal.jsonl"
    await RecordedLean(backend, Journal(path), Budget()).check(REQUEST)
    monkeypatch.setattr(record, "own_sources", lambda: "of another version")
    await RecordedLean(backend, Journal(path), Budget()).check(REQUEST)
    assert backend.checks == 2


async def test_a_time_out_is_tried_anew(tmp_path: Path) -> None:
    backend = Counting("timeout", "done")
    lean = RecordedLean(backend, Journal(tmp_path / "journal.jsonl"), Budget())
    assert (await lean.check(REQUEST)).status == "timeout"
    assert (await lean.check(REQUEST)).status == "done"


async def test_lean_seconds_are_counted_and_bounded(tmp_path: Path) -> None:
    backend = Counting("timeout", "timeout", "timeout")
    budget = Budget(Limits(lean_seconds=3))
    lean = RecordedLean(backend, Journal(tmp_path / "journal.jsonl"), budget)
    await lean.check(REQUEST)
    await lean.check(REQUEST)
    assert budget.spent().lean_seconds == 4
    assert budget.spent().calls == 0
    with pytest.raises(BudgetExceeded, match="lean seconds"):
        await lean.check(REQUEST)
