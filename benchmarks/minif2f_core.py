"""How much of the bundled miniF2F sample the portfolio proves, by which tactic and in what time.

    python benchmarks/minif2f_core.py [--seconds 60] [--only GLOB] [--limit N] [--again]

Every proof counted was accepted at the tier KERNEL as a proof of the statement asked. A result is
appended as soon as it is there, so the same command goes on where a stopped one was; without
anything left to do it prints its tables again. Times depend on the machine and on what else runs
there; the seconds of processor time of the Lean process depend on them less.
"""

from __future__ import annotations

import argparse
import asyncio
import fnmatch
import json
import os
import statistics
import time
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from proofloop.core.jsonl import AppendFile, read_lines
from proofloop.core.task import Task
from proofloop.datasets.minif2f_core import load
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.portfolio import Portfolio
from proofloop.tools.lean.report import Tier

NEEDS = Path(__file__).with_name("minif2f_core_needs.toml")
CUTS = (0.5, 1, 2, 5, 10, 20, 30, 60)  # seconds, of the table of what is proved by when


async def attempt(lean: EmbeddedLean, task: Task, seconds: float) -> dict[str, Any]:
    """One statement, alone on this Lean."""
    cpu, start = cpu_seconds(lean.pid), time.perf_counter()
    result = await Portfolio(lean, width=lean.workers).prove(
        task.formal, task.header, seconds=seconds
    )
    wall = time.perf_counter() - start
    report = result.report
    assert report is None or (report.accepted and report.tier == Tier.KERNEL), report
    return {
        "id": task.id,
        "seconds": seconds,
        "proved": result.proof is not None,
        "tactic": result.tactic,
        "proof": result.proof,
        "wall": round(wall, 3),
        "cpu": round(cpu_seconds(lean.pid) - cpu, 2),
        "tries": dict(Counter(tried.outcome for tried in result.tried)),
        "tried": [[tried.tactic, tried.outcome, round(tried.seconds, 3)] for tried in result.tried],
    }


def cpu_seconds(pid: int | None) -> float:
    """Processor time that a process has used in all its threads; 0 where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def run(tasks: list[Task], seconds: float, workers: int, results: AppendFile) -> None:
    async with EmbeddedLean(workers=workers) as lean:
        for number, task in enumerate(tasks, 1):
            row = await attempt(lean, task, seconds)
            results.append(json.dumps(row, ensure_ascii=False))
            said = row["tactic"] if row["proved"] else "not proved"
            print(f"{number}/{len(tasks)} {task.id}: {said}, {row['wall']:.1f} s", flush=True)


def family(tactic: str) -> str:
    """The tactic without the number or variable of the try: ``induction n`` gives ``induction``."""
    return tactic.split(":")[0].split(" ")[0]


def by_tactic(proved: list[dict[str, Any]]) -> Table:
    table = Table("tactic", "proved", "median s", "longest s")
    groups: dict[str, list[float]] = {}
    for row in proved:
        groups.setdefault(family(row["tactic"]), []).append(row["wall"])
    for name, walls in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        median = statistics.median(walls)
        table.add_row(name, str(len(walls)), f"{median:.2f}", f"{max(walls):.1f}")
    return table


def by_time(proved: list[dict[str, Any]], count: int) -> Table:
    table = Table("within s", "proved", f"of {count}")
    for cut in CUTS:
        inside = sum(row["wall"] <= cut for row in proved)
        table.add_row(f"{cut:g}", str(inside), f"{100 * inside / max(count, 1):.0f} %")
    return table


def by_need(unproved: list[dict[str, Any]]) -> Table:
    """What each unproved statement would need, as looked at by hand."""
    needs: dict[str, list[str]] = tomllib.loads(NEEDS.read_text("utf-8"))["needs"]
    table = Table("what the rest would need", "count", "statements")
    left = {row["id"] for row in unproved}
    for need, names in needs.items():
        if here := [name for name in names if name in left]:
            table.add_row(need, str(len(here)), ", ".join(here))
            left -= set(here)
    if left:
        table.add_row("not looked at", str(len(left)), ", ".join(sorted(left)))
    return table


def known(path: Path, seconds: float) -> dict[str, dict[str, Any]]:
    """The results within this time: of several of one statement the last, or the proof."""
    rows: dict[str, dict[str, Any]] = {}
    for row in read_lines(path):
        before = rows.get(row["id"])
        if row["seconds"] == seconds and not (before and before["proved"]):
            rows[row["id"]] = row
    return rows


def chosen(arguments: argparse.Namespace) -> list[Task]:
    tasks = [
        task
        for task in load()
        if not arguments.only or any(fnmatch.fnmatch(task.id, each) for each in arguments.only)
    ]
    return tasks[: arguments.limit]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=60.0, help="for one statement")
    parser.add_argument("--workers", type=int, default=2, help="checks at a time")
    parser.add_argument("--only", action="append", help="statements of these names (* and ? match)")
    parser.add_argument("--limit", type=int, help="the first N of them")
    parser.add_argument("--again", action="store_true", help="try the unproved ones once more")
    parser.add_argument("--out", type=Path, default=Path("runs/minif2f_core"), help="run folder")
    arguments = parser.parse_args()

    path = arguments.out / "results.jsonl"
    tasks = chosen(arguments)
    done = known(path, arguments.seconds)
    left = [
        task
        for task in tasks
        if task.id not in done or (arguments.again and not done[task.id]["proved"])
    ]
    if left:
        results = AppendFile(path)
        try:
            asyncio.run(run(left, arguments.seconds, arguments.workers, results))
        finally:
            results.close()
        done = known(path, arguments.seconds)

    rows = [done[task.id] for task in tasks]
    proved = [row for row in rows if row["proved"]]
    console = Console()
    console.print(f"{len(proved)} of {len(rows)} proved within {arguments.seconds:g} s each")
    cpu, tries = sum(row["cpu"] for row in rows), sum(len(row["tried"]) for row in rows)
    console.print(f"{tries} tries, {cpu:.0f} s of processor time in Lean")
    console.print(by_tactic(proved), by_time(proved, len(rows)))
    console.print(by_need([row for row in rows if not row["proved"]]))


if __name__ == "__main__":
    main()
