"""What statement hygiene flags in the 166 statements of miniF2F that core Lean can state.

    python benchmarks/hygiene.py [--prove-seconds 5] [--out flags.jsonl]
    python benchmarks/hygiene.py --tasks FILE.jsonl    (statements of your own)

Prints how many statements each check flags, by kind, then every flag. The flags of the bundled
statements, each looked at by hand, are in docs/hygiene.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from proofloop.core.task import Task
from proofloop.datasets import minif2f_core
from proofloop.datasets.tasks import read_tasks
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.hygiene.runner import CHECKS, examine_all
from proofloop.tools.lean.hygiene.subject import HygieneLimits
from proofloop.tools.lean.hygiene.verdict import StatementHygiene
from proofloop.tools.lean.text import Statement


async def examined(
    tasks: list[Task], limits: HygieneLimits, workers: int, out: Path | None
) -> list[StatementHygiene]:
    statements = [Statement(task.header, task.formal, task.id) for task in tasks]
    found: dict[int, StatementHygiene] = {}
    console = Console(stderr=True)
    async with EmbeddedLean(workers=workers) as lean:
        async for index, hygiene in examine_all(lean, statements, limits=limits, width=workers):
            found[index] = hygiene
            if out is not None:
                with out.open("a", encoding="utf-8") as file:
                    file.write(hygiene.model_dump_json() + "\n")
            if len(found) % 10 == 0:
                console.print(f"{len(found)} of {len(statements)}")
    return [found[index] for index in sorted(found)]


def table(results: list[StatementHygiene]) -> Table:
    """Statements by check and outcome; the kinds of flags with their numbers."""
    shown = Table("check", "flagged", "ok", "unknown", "flags by kind")
    for name in CHECKS:
        verdicts = [v for result in results for v in result.verdicts if v.check == name]
        outcomes = Counter(verdict.outcome for verdict in verdicts)
        kinds = Counter(flag.kind for verdict in verdicts for flag in verdict.flags)
        words = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
        cells = (str(outcomes[outcome]) for outcome in ("flagged", "ok", "unknown"))
        shown.add_row(name, *cells, words)
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tasks", type=Path, help="a tasks file with formal statements")
    parser.add_argument("--prove-seconds", type=float, default=5.0, help="of each proof search")
    parser.add_argument("--workers", type=int, default=1, help="Lean workers")
    parser.add_argument("--out", type=Path, help="append one JSON line a statement here")
    given = parser.parse_args()

    tasks = read_tasks(given.tasks) if given.tasks else minif2f_core.load()
    limits = HygieneLimits(prove_seconds=given.prove_seconds)
    start = time.monotonic()
    results = asyncio.run(examined(tasks, limits, given.workers, given.out))
    console = Console()
    console.print(table(results))
    console.print(f"{len(results)} statements, {time.monotonic() - start:.0f} s")
    for result in results:
        if result.fault:
            console.print(f"{result.name}: does not elaborate: {result.fault}", markup=False)
        for verdict in result.verdicts:
            for flag in verdict.flags:
                words = f"{result.name}: {verdict.check}/{flag.kind}: {flag.reason}"
                console.print(words, markup=False, soft_wrap=True)
                if verdict.severity == "error":
                    console.print(json.dumps(verdict.evidence, ensure_ascii=False), markup=False)


if __name__ == "__main__":
    main()
