"""How fast the embedded Lean checks: start, latency, throughput, memory, and the cold commands.

    python benchmarks/lean_checks.py [--checks 1000]

Needs a quiet machine: the figures of two workers mean nothing when other programs use the cores.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.report import LeanReport

# Templates of short texts, one in seven wrong; {n} makes each text a new one.
TEXTS = (
    "theorem t{n} : {n} + 0 = {n} := rfl",
    "theorem t{n} (a b : Nat) (h : a = b + {n}) : b ≤ a := by omega",
    "theorem t{n} (xs : List Nat) : (xs ++ []).length + {n} = {n} + xs.length := by simp; omega",
    "theorem t{n} (a b : Int) : (a + b) ^ 2 + {n} = a ^ 2 + 2 * a * b + b ^ 2 + {n} := by grind",
    "theorem t{n} : ∀ k < 20, k * k + {n} < 400 + {n} := by decide",
    "theorem t{n} (k : Nat) : 0 + k = k := by\n  induction k with\n  | zero => rfl\n"
    "  | succ k ih => rw [← Nat.add_assoc, ih]\nexample : t{n} = t{n} := rfl",
    "theorem t{n} : {n} + 1 = {n} := by simp",
)
ONE_LINE = "theorem t (a b : Nat) : a + b = b + a := by omega"


def requests(count: int) -> list[CheckRequest]:
    return [
        CheckRequest(source=template.format(n=number))
        for number, template in zip(range(count), itertools.cycle(TEXTS), strict=False)
    ]


async def run(lean: EmbeddedLean, checks: list[CheckRequest], width: int) -> list[LeanReport]:
    """All checks, ``width`` at a time."""
    slots = asyncio.Semaphore(width)

    async def one(check: CheckRequest) -> LeanReport:
        async with slots:
            return await lean.check(check)

    return await asyncio.gather(*(one(check) for check in checks))


async def cold_start() -> tuple[float, float]:
    """Seconds from nothing to a ready process, and to the first verdict."""
    start = time.perf_counter()
    async with EmbeddedLean(workers=1) as lean:
        ready = time.perf_counter() - start
        await lean.check(CheckRequest(source=ONE_LINE))
        return ready, time.perf_counter() - start


async def latency(count: int) -> dict[str, float]:
    """Of single checks, one after the other: milliseconds as the caller sees them."""
    async with EmbeddedLean(workers=1) as lean:
        await run(lean, requests(70), 1)
        seen, reports = [], []
        for check in requests(count):
            start = time.perf_counter()
            reports.append(await lean.check(check))
            seen.append(1000 * (time.perf_counter() - start))
    cuts = statistics.quantiles(seen, n=20)
    inside = [1000 * report.lean_seconds for report in reports]
    return {
        "p50": cuts[9],
        "p95": cuts[18],
        "ratio": sum(seen) / sum(inside),
        "median ratio": statistics.median(a / b for a, b in zip(seen, inside, strict=True)),
    }


async def throughput(workers: int, count: int) -> tuple[float, list[float]]:
    """Checks a second, and the process's memory in MB at the start and after each quarter."""
    async with EmbeddedLean(workers=workers) as lean:
        await run(lean, requests(70 * workers), 2 * workers)
        memory = [resident_mb(lean.pid)]
        checks, seconds = requests(count), 0.0
        for quarter in range(4):
            part = checks[quarter * count // 4 : (quarter + 1) * count // 4]
            start = time.perf_counter()
            reports = await run(lean, part, 2 * workers)
            seconds += time.perf_counter() - start
            wrong = [r for r, c in zip(reports, part, strict=True) if r.accepted == is_wrong(c)]
            assert not wrong, wrong[0]
            memory.append(resident_mb(lean.pid))
        return count / seconds, memory


def is_wrong(check: CheckRequest) -> bool:
    return check.source.endswith("by simp") and ":= by simp" in check.source


def resident_mb(pid: int | None) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def cold_command(*arguments: str, text: str = "", times: int = 5) -> float:
    """The median wall seconds of a whole process of ``proofloop``."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        command = [sys.executable, "-m", "proofloop", *arguments]
        subprocess.run(command, input=text.encode(), check=True, capture_output=True, timeout=120)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--checks", type=int, default=1000, help="checks of the throughput runs")
    count = parser.parse_args().checks

    table = Table("measure", "value", "aim")
    starts = [asyncio.run(cold_start()) for _ in range(3)]
    table.add_row("start to ready", f"{statistics.median(s[0] for s in starts):.2f} s", "1.5 s")
    table.add_row("start to first verdict", f"{statistics.median(s[1] for s in starts):.2f} s", "")
    times = asyncio.run(latency(min(count, 350)))
    table.add_row("a check, p50", f"{times['p50']:.1f} ms", "")
    table.add_row("a check, p95", f"{times['p95']:.1f} ms", "")
    table.add_row("its time to that inside Lean, all", f"{times['ratio']:.2f}", "1.2")
    table.add_row("its time to that inside Lean, median", f"{times['median ratio']:.2f}", "1.2")
    one, memory_one = asyncio.run(throughput(1, count))
    two, memory_two = asyncio.run(throughput(2, count))
    table.add_row("one worker", f"{one:.0f} checks/s", "")
    table.add_row("two workers", f"{two:.0f} checks/s ({two / one:.2f} times one)", "1.8 times")
    for workers, memory in ((1, memory_one), (2, memory_two)):
        shown = ", ".join(f"{size:.0f}" for size in memory)
        table.add_row(f"memory over {count} checks, {workers} worker(s)", f"{shown} MB", "flat")
    check = cold_command("check", "-", text=ONE_LINE)
    table.add_row("proofloop check, cold process", f"{check:.2f} s", "2.5 s")
    table.add_row("proofloop --help, cold process", f"{cold_command('--help'):.2f} s", "0.4 s")
    Console().print(table)


if __name__ == "__main__":
    main()
