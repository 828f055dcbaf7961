"""What commands print: one JSON object, or text for people on the terminal."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from proofloop.session import InstallProgress
    from proofloop.tools.lean.report import LeanReport, Tier


@cache
def console() -> Console:
    """Standard output, for people."""
    from rich.console import Console

    return Console(highlight=False)


@cache
def notes() -> Console:
    """Standard error: progress and words on the side."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def remaining(start: float, done: int, left: int) -> str:
    """Such as ", about 3 min left": at the pace since ``start``."""
    if not left or not done:
        return ""
    seconds = (time.monotonic() - start) / done * left
    words = f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
    return f", about {words} left"


class FailedCalls(logging.Handler):
    """Says that model calls fail and are made again, which may take minutes: the first time at
    once, then every few seconds."""

    EVERY = 10.0  # seconds

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.failed, self.said = 0, -self.EVERY

    def emit(self, record: logging.LogRecord) -> None:
        self.failed += 1
        now = time.monotonic()
        if now - self.said < self.EVERY:
            return
        self.said = now
        count = f"{self.failed} model calls" if self.failed > 1 else "a model call"
        words = f"{count} failed, each is made again while it may help: {record.getMessage()}"
        notes().print(words, markup=False, soft_wrap=True, style="dim")


def tell_failed_calls() -> None:
    logger = logging.getLogger("proofloop.agents.llm.retry")
    logger.propagate = False
    logger.handlers[:] = [FailedCalls()]


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def report_json(report: LeanReport) -> dict[str, Any]:
    """A LeanReport as ``check --json`` prints it; tiers by their names."""
    tiers = {
        "tier": tier_name(report.tier),
        "failed_tier": report.failed_tier and tier_name(report.failed_tier),
        "unavailable": [tier_name(tier) for tier in report.unavailable],
    }
    return report.model_dump(mode="json") | tiers


def tier_name(tier: Tier) -> str:
    return tier.name.lower()


def print_report(report: LeanReport, name: str) -> None:
    for message in report.messages:
        place = f"{name}:{message.line}:{message.column}"
        console().print(f"{place}: {message.severity}: {message.text}", markup=False)
    for theorem in report.theorems:
        axioms = ", ".join(theorem.axioms) or "no axioms of its own"
        console().print(f"  {theorem.name}: {axioms}", markup=False)
    words = "[green]accepted[/]" if report.accepted else "[red]not accepted[/]"
    console().print(
        f"{words} (tier {tier_name(report.tier)}, Lean {report.lean.version},"
        f" {report.lean.backend}, {report.seconds:.2f} s)"
    )
    for note in report.notes:
        console().print(f"  {note}", markup=False)
    if report.reason:
        failed = f"{tier_name(report.failed_tier)}: " if report.failed_tier else ""
        console().print(f"  {failed}{report.reason}", markup=False)
    if report.lean.isolation == "none":
        console().print("  not isolated: bubblewrap does not work here", markup=False)
    if report.unavailable:
        names = ", ".join(tier_name(tier) for tier in report.unavailable)
        console().print(f"  not checked by this Lean: {names}", markup=False)


@contextmanager
def install_progress() -> Iterator[InstallProgress]:
    """Shows the first-time preparation of Lean, if there is one: ``(stage, fraction done)``."""
    if not notes().is_terminal:
        yield _say_stages
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=notes(), transient=True) as bar:
        task = bar.add_task("", total=1.0, visible=False)
        yield lambda stage, done: bar.update(task, description=stage, completed=done, visible=True)


_said: set[str] = set()


def _say_stages(stage: str, done: float) -> None:
    if stage not in _said:
        _said.add(stage)
        notes().print(f"proofloop: {stage} ...", markup=False)
