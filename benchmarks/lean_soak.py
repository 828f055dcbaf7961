"""Many checks in one run, hangs, stack overflows, memory bombs and crashes mixed in.

    python benchmarks/lean_soak.py [--checks 2000] [--seed 1] [--workers 2] [--markdown]

Every text has a verdict that it must get, and the whole line is checked twice: the verdicts of both
passes have to be equal, and the memory of the Node process must not grow from pass to pass.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.report import LeanReport

GENEROUS = CheckLimits(wall_seconds=120)  # for what has to be answered right
SHORT = CheckLimits(wall_seconds=1.5)  # for what never ends


@dataclass(frozen=True)
class Kind:
    """``text`` makes the proof from a number. ``ends``: the statuses that such a check may have."""

    name: str
    share: float
    accepted: bool
    text: Callable[[int], str]
    ends: tuple[str, ...] = ("done",)
    limits: CheckLimits = GENEROUS


STOPPED = ("timeout", "memory", "crashed")
KINDS = (
    Kind("honest, omega", 0.20, True,
         lambda n: f"theorem t{n} (a b : Nat) (h : a = b + {n}) : b ≤ a := by omega"),
    Kind("honest, simp", 0.15, True,
         lambda n: f"theorem t{n} (x : List Nat) : (x ++ []).length + {n} = {n} + x.length := by"
         " simp; omega"),
    Kind("honest, grind", 0.12, True,
         lambda n: f"theorem t{n} (a b : Int) : a * (b + {n}) = b * a + a * {n} := by grind"),
    Kind("honest, decide", 0.10, True,
         lambda n: f"theorem t{n} : ∀ k < 20, k * k + {n} < 400 + {n} := by decide"),
    Kind("honest, a match in it", 0.08, True,
         lambda n: f"theorem t{n} (p : Nat × Nat) : (match p with | (a, b) => a + b + {n}) ="
         f" p.1 + p.2 + {n} := by cases p; rfl"),
    Kind("error", 0.12, False, lambda n: f"theorem t{n} : {n} + 1 = {n} := by simp"),
    Kind("sorry", 0.06, False, lambda n: f"theorem t{n} : {n} + 1 = {n} := by admit"),
    Kind("axiom", 0.05, False,
         lambda n: f"axiom a{n} : False\ntheorem t{n} : {n} + 1 = {n} := a{n}.elim"),
    Kind("another statement", 0.05, False, lambda n: f"theorem t{n} : {n} = {n} := rfl"),
    Kind("hang in the interpreter", 0.01, False,
         lambda n: f"partial def f (n : Nat) : Nat := f (n + 1)\n#eval f {n}", STOPPED, SHORT),
    Kind("hang in the elaborator", 0.01, False,
         lambda n: "set_option maxRecDepth 100000 in\nset_option maxHeartbeats 0 in\n"
         f"theorem t{n} : ∀ a b c d : Fin 40, a + b + c + d = d + c + b + a := by decide",
         STOPPED, SHORT),
    Kind("stack overflow", 0.01, False,
         lambda n: f"partial def f (n : Nat) : Nat := f (n + 1) + 1\n#eval f {n}",
         (*STOPPED, "done")),
    Kind("deep text", 0.01, False,
         lambda n: f"theorem t{n} : {'(' * 2000}1{')' * 2000} = 2 := rfl", (*STOPPED, "done")),
    Kind("memory bomb", 0.01, False,
         lambda n: "partial def grow (a : Array Nat) : Nat := grow (a ++ a)\n"
         f"#eval grow (Array.replicate 1000000 {n})", STOPPED, CheckLimits(wall_seconds=30)),
    Kind("exit", 0.01, False,
         lambda n: f"#eval (IO.Process.exit {n % 200} : IO Unit)", ("crashed",)),
    Kind("null pointer", 0.01, False,
         lambda n: '@[extern "lean_array_get_size"] opaque size (a : USize) : USize\n'
         f"unsafe def go : IO Unit := IO.println (size {n})\n#eval go", (*STOPPED, "done")),
)  # fmt: skip


@dataclass
class Pass:
    seconds: float = 0.0
    verdicts: list[tuple[bool, bool]] = field(default_factory=list)  # accepted, ended as it may
    statuses: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)  # MB, at the start and after each tenth


def statement_of(kind: Kind, number: int) -> str:
    """What is asked of each text; for the kind "another statement" something else than it says."""
    if kind.accepted:
        return kind.text(number).partition(" := by")[0]
    return f"theorem t{number} : {number} + 1 = {number}"


def line_up(count: int, seed: int) -> list[tuple[int, Kind]]:
    """The texts in their order: numbers and kinds, each kind by its share."""
    rng = random.Random(seed)
    kinds = rng.choices(KINDS, [kind.share for kind in KINDS], k=count - len(KINDS))
    line = [*KINDS, *kinds]  # each kind once at least
    rng.shuffle(line)
    return list(enumerate(line, start=1))


async def run(lean: EmbeddedLean, line: Sequence[tuple[int, Kind]], width: int) -> Pass:
    """Check the line, ``width`` at a time."""
    found = Pass(memory=[resident_mb(lean.pid)])
    reports: dict[int, LeanReport] = {}
    slots = asyncio.Semaphore(width)
    start = time.perf_counter()

    async def one(number: int, kind: Kind) -> None:
        async with slots:
            reports[number] = await lean.check(
                CheckRequest(
                    source=kind.text(number),
                    statement=statement_of(kind, number),
                    limits=kind.limits,
                )
            )
        if len(reports) % max(1, len(line) // 10) == 0:
            found.memory.append(resident_mb(lean.pid))

    await asyncio.gather(*(one(number, kind) for number, kind in line))
    found.seconds = time.perf_counter() - start
    for number, kind in line:
        report = reports[number]
        found.verdicts.append((report.accepted, report.status in kind.ends))
        found.statuses.append(report.status)
    return found


def resident_mb(pid: int | None) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return float("nan")


def wrong(line: Sequence[tuple[int, Kind]], found: Pass) -> list[int]:
    """The numbers of the texts that were not answered as they must be."""
    return [
        number
        for (number, kind), verdict in zip(line, found.verdicts, strict=True)
        if verdict != (kind.accepted, True)
    ]


def table_of(line: Sequence[tuple[int, Kind]], passes: Sequence[Pass]) -> Table:
    table = Table("kind", "texts", "accepted", "right, pass 1", "right, pass 2", "how they ended")
    missed = [set(wrong(line, found)) for found in passes]
    for kind in KINDS:
        places = [place for place, (_, other) in enumerate(line) if other is kind]
        numbers = {line[place][0] for place in places}
        ends = Counter(passes[0].statuses[place] for place in places)
        table.add_row(
            kind.name,
            str(len(places)),
            "yes" if kind.accepted else "no",
            *(str(len(numbers - misses)) for misses in missed),
            ", ".join(f"{status} {count}" for status, count in ends.most_common()),
        )
    return table


async def soak(count: int, seed: int, workers: int) -> tuple[list[tuple[int, Kind]], list[Pass]]:
    line = line_up(count, seed)
    async with EmbeddedLean(workers=workers) as lean:
        await lean.check(CheckRequest(source="theorem t : 1 = 1 := rfl"))
        return line, [await run(lean, line, workers + 1) for _ in range(2)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--checks", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    line, passes = asyncio.run(soak(options.checks, options.seed, options.workers))
    console = Console(width=120)
    console.print(table_of(line, passes))
    for number, found in enumerate(passes, start=1):
        memory = ", ".join(f"{size:.0f}" for size in found.memory)
        rate = len(line) / found.seconds
        console.print(f"pass {number}: {found.seconds:.0f} s, {rate:.1f} checks/s, MB: {memory}")
    first, second = passes
    console.print(f"verdicts equal in both passes: {first.verdicts == second.verdicts}")
    for number in wrong(line, first) + wrong(line, second):
        kind = line[number - 1][1]
        console.print(f"  not as it must be: {number}, {kind.name}")


if __name__ == "__main__":
    main()
