"""How fast the embedded Lean checks: start, latency, throughput, memory, and the cold commands.

    python benchmarks/lean_checks.py [--checks 1000]

Needs a quiet machine of two cores or more: the figures of two workers mean nothing when other
programs use the cores. A worker is two threads, one that elaborates and a trusted one that checks
again, so one worker keeps more than one core busy: how checks scale, one core against two tells.
"""

from __future__ import annotations

import argparse
import asyncio
import os
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

# Short texts and whether they are to be accepted; {n} makes each a new one.
TEXTS = (
    ("theorem t{n} : {n} + 0 = {n} := rfl", True),
    ("theorem t{n} (a b : Nat) (h : a = b + {n}) : b ≤ a := by omega", True),
    (
        "theorem t{n} (x : List Nat) : (x ++ []).length + {n} = {n} + x.length := by simp; omega",
        True,
    ),
    (
        "theorem t{n} (a b : Int) : a * (b + {n}) = b * a + a * {n} := by grind",
        True,
    ),
    ("theorem t{n} : ∀ k < 20, k * k + {n} < 400 + {n} := by decide", True),
    ("theorem t{n} (k : Nat) : 0 + k + {n} = k + {n} := by\n  induction k <;> simp_all", True),
    ("theorem t{n} : {n} + 1 = {n} := by simp", False),
)
WARM_UP = 70  # checks of each worker, until its code is compiled
ONE_LINE = "theorem t (a b : Nat) : a + b = b + a := by omega"


async def check(lean: EmbeddedLean, number: int) -> LeanReport:
    template, accepted = TEXTS[number % len(TEXTS)]
    report = await lean.check(CheckRequest(source=template.format(n=number)))
    assert report.accepted == accepted, report
    return report


async def run(lean: EmbeddedLean, numbers: range, width: int) -> None:
    """The checks of these numbers, ``width`` at a time."""
    slots = asyncio.Semaphore(width)

    async def one(number: int) -> None:
        async with slots:
            await check(lean, number)

    await asyncio.gather(*(one(number) for number in numbers))


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
        await run(lean, range(WARM_UP), 1)
        seen, inside = [], []
        for number in range(count):
            start = time.perf_counter()
            report = await check(lean, number)
            seen.append(1000 * (time.perf_counter() - start))
            inside.append(1000 * report.lean_seconds)
    cuts = statistics.quantiles(seen, n=20)
    return {
        "p50": cuts[9],
        "p95": cuts[18],
        "ratio": sum(seen) / sum(inside),
        "median ratio": statistics.median(a / b for a, b in zip(seen, inside, strict=True)),
    }


async def throughput(workers: int, count: int) -> tuple[float, list[float]]:
    """Checks a second, and the process's memory in MB at the start and after each quarter."""
    async with EmbeddedLean(workers=workers) as lean:
        await run(lean, range(WARM_UP * workers), 2 * workers)
        memory, start = [resident_mb(lean.pid)], time.perf_counter()
        for quarter in range(4):
            await run(lean, range(quarter * count // 4, (quarter + 1) * count // 4), 2 * workers)
            memory.append(resident_mb(lean.pid))
        return count / (time.perf_counter() - start), memory


def on_one_core(count: int) -> float:
    """Checks a second of one worker when everything shares a single core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        return asyncio.run(throughput(1, count))[0]
    finally:
        os.sched_setaffinity(0, cores)


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
    core = on_one_core(count // 2)
    table.add_row("one worker on one core", f"{core:.0f} checks/s", "")
    table.add_row("one worker on all cores", f"{one:.0f} checks/s ({one / core:.2f} times)", "")
    table.add_row("two workers on all cores", f"{two:.0f} checks/s ({two / core:.2f} times)", "1.8")
    for workers, memory in ((1, memory_one), (2, memory_two)):
        shown = ", ".join(f"{size:.0f}" for size in memory)
        table.add_row(f"memory over {count} checks, {workers} worker(s)", f"{shown} MB", "flat")
    check = cold_command("check", "-", text=ONE_LINE)
    table.add_row("proofloop check, cold process", f"{check:.2f} s", "2.5 s")
    table.add_row("proofloop --help, cold process", f"{cold_command('--help'):.2f} s", "0.4 s")
    Console().print(table)


if __name__ == "__main__":
    main()
