"""The corpus in tests/cheats: how its files are read, and what a naive check makes of them.

PYTHONPATH=tests python -m support.cheats      # the table of tests/cheats/README.md
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from proofloop.tools.lean.backend import CheckLimits, CheckRequest, LeanBackend
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.report import LeanReport, Tier

ROOT = Path(__file__).parents[1] / "cheats"
HONEST = "honest"
LIMITS = CheckLimits(wall_seconds=60)


@dataclass(frozen=True)
class Case:
    """``tier`` is the one that has to refuse the text; None for an honest one."""

    name: str
    folder: str
    why: str
    tier: Tier | None
    request: CheckRequest

    def naively_accepted(self, report: LeanReport) -> bool:
        """By the rule "no error from Lean and no sorry in the text"."""
        clean = report.status == "done" and not report.errors
        return clean and "sorry" not in self.request.source


def read_case(file: Path) -> Case:
    """Comment lines first: why it is a cheat, ``tier:``, ``standalone``. Then the parts, each
    after a line ``--- header``, ``--- statement`` or ``--- proof``."""
    parts: dict[str, list[str]] = {"": []}
    part = ""
    for line in file.read_text("utf-8").splitlines():
        if line in ("--- header", "--- statement", "--- proof"):
            part = line.removeprefix("--- ")
        parts.setdefault(part, [])
        if not line.startswith("--- "):
            parts[part].append(line)
    notes = [line.removeprefix("-- ") for line in parts[""]]
    tiers = [Tier[note.split()[1].upper()] for note in notes if note.startswith("tier: ")]
    text = {name: "\n".join(lines) for name, lines in parts.items()}
    request = CheckRequest(
        source=text["proof"],
        statement=text.get("statement", ""),
        header=text.get("header", ""),
        standalone="standalone" in notes,
        limits=LIMITS,
    )
    folder = file.parent.name
    return Case(f"{folder}/{file.stem}", folder, notes[0], tiers[0] if tiers else None, request)


def cases() -> list[Case]:
    return [read_case(file) for file in sorted(ROOT.glob("*/*.lean"))]


CHEATS = [case for case in cases() if case.folder != HONEST]
HONEST_CASES = [case for case in cases() if case.folder == HONEST]


async def table(lean: LeanBackend) -> str:
    """By class: how many cheats, which tiers refuse them, how many a naive check accepts."""
    rows: dict[str, list[tuple[Case, LeanReport]]] = {}
    for case in CHEATS:
        rows.setdefault(case.folder, []).append((case, await lean.check(case.request)))
    lines = ["| class | cheats | refused | by | a naive check accepts |", "|---|---|---|---|---|"]
    total = Counter[str]()
    for folder, found in rows.items():
        by = Counter(report.failed_tier.name.lower() for _, report in found if report.failed_tier)
        refused = sum(not report.accepted for _, report in found)
        naive = sum(case.naively_accepted(report) for case, report in found)
        words = ", ".join(f"{tier} {count}" for tier, count in by.most_common())
        lines.append(f"| {folder} | {len(found)} | {refused} | {words} | {naive} |")
        total.update(cheats=len(found), refused=refused, naive=naive)
    lines.append(f"| all | {total['cheats']} | {total['refused']} | | {total['naive']} |")
    return "\n".join(lines)


async def main() -> None:
    async with EmbeddedLean(workers=1) as lean:
        print(await table(lean))


if __name__ == "__main__":
    asyncio.run(main())
