"""How near a batch of formalizations comes to what its model calls cost at the least.

    .venv/bin/python benchmarks/formalize_latency.py

200 statements by ``formalize`` without the proof, 32 model calls at a time, with a model that
answers in 100 ms: a server on loopback in a process of its own. A statement takes two calls, so the
ideal is 400 * 0.1 s / 32. Lean's time is shown apart: a first run has Lean check every statement,
the measured runs find its answers in their journal, as any run that is taken up again does. Every
run has its own folder with checkpoints and journal on disk, as ``proofloop batch`` makes them.

Where the client's processor time comes near the ideal, it and not the model's latency is what the
wall shows: 32 calls at a time of 100 ms leave 3.1 ms for each. The ideal is missed by far, by one
process: medians of 2.35 and 2.68 times the ideal, at 7 and 8 ms a call, on two quiet cores on which
the code before (the ``openai`` package's own transport, edges of graphs in threads) took 3.56 times
at 11 ms. On a faster machine that code took 1.84 and 2.24 times, and 1.17 times at 250 ms. Of the
processor time LangGraph takes about a half and the ``openai`` package a quarter.
"""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from proofloop.agents.llm.openai_client import OpenAIModel
from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget
from proofloop.core.journal import Journal
from proofloop.core.task import Task
from proofloop.datasets.batch import run_batch
from proofloop.graphs.context import Context
from proofloop.graphs.formalize import formalize_graph
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.portfolio import Portfolio
from proofloop.tools.lean.record import RecordedLean

STATEMENTS = 200
CONCURRENCY = 32
LATENCY = 0.1
RUNS = 5
# More than the calls at a time: while one task reads its answer another has its call under way.
TASKS_AT_ONCE = 2 * CONCURRENCY
SUPPORT = Path(__file__).parents[1] / "tests"
TASKS = [Task(id=f"t{n}", informal=f"{n} plus zero is {n}") for n in range(STATEMENTS)]


async def once(
    base_url: str, lean: EmbeddedLean, folder: Path, lean_journal: Path
) -> tuple[float, float]:
    """Wall and processor seconds of one run in a new folder."""
    journal, checks = Journal(folder / "journal.jsonl"), Journal(lean_journal)
    journal.append("open")  # makes the folder
    client = OpenAIModel("m", base_url=base_url, concurrency=CONCURRENCY)
    model = RecordedModel(client, journal, Budget())
    recorded = RecordedLean(lean, checks, Budget())
    context = Context(model=model, judge=model, lean=recorded, portfolio=Portfolio(recorded))
    start, used = time.perf_counter(), time.process_time()
    results = await run_batch(
        TASKS,
        context,
        folder,
        concurrency=TASKS_AT_ONCE,
        formalizer=partial(formalize_graph, prove=False),
    )
    taken = time.perf_counter() - start, time.process_time() - used
    assert all(result.consistent and result.compiled for result in results)
    await model.aclose()
    journal.close()
    checks.close()
    return taken


async def measure(base_url: str, folder: Path) -> tuple[float, float, list[tuple[float, float]]]:
    """Wall seconds with Lean, Lean's own seconds, and what the runs without it took."""
    checks = folder / "lean.jsonl"
    async with EmbeddedLean() as lean:
        await lean.start()
        first, _ = await once(base_url, lean, folder / "first", checks)
        entries = list(Journal(checks).entries("lean"))
        seconds = sum(entry["report"]["seconds"] for entry in entries)
        runs = [await once(base_url, lean, folder / str(n), checks) for n in range(RUNS)]
        assert len(list(Journal(checks).entries("lean"))) == len(entries) == STATEMENTS
    return first, seconds, runs


def serve() -> None:
    """The model: it formalizes "n plus zero is n", and finds everything consistent."""
    sys.path.insert(0, str(SUPPORT))
    from support.openai_server import Call, ScriptedServer

    def answer(call: Call) -> str:
        number = re.search(r"(\d+) plus zero", str(call.body["messages"][1]["content"]))
        assert number
        lean = f"theorem t{number[1]} : {number[1]} + 0 = {number[1]}"
        return json.dumps({"lean": lean, "consistent": True, "reasons": "the same"})

    with ScriptedServer(answer, latency=LATENCY) as server:
        print(server.base_url, flush=True)
        sys.stdin.read()


def main() -> None:
    command = [sys.executable, __file__, "serve"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server,
    ):
        assert server.stdout and server.stdin
        base_url = server.stdout.readline().strip()
        first, lean, runs = asyncio.run(measure(base_url, Path(folder)))
        server.stdin.close()
    ideal = 2 * STATEMENTS * LATENCY / CONCURRENCY
    table = Table("", "seconds", "over the ideal")
    walls, processor = zip(*runs, strict=True)
    for name, seconds in (("median", statistics.median(walls)), ("best", min(walls))):
        table.add_row(name, f"{seconds:.3f}", f"{seconds / ideal:.2f}")
    table.add_row("ideal", f"{ideal:.3f}", "1.00")
    table.add_row("processor time of a run", f"{statistics.median(processor):.3f}", "")
    table.add_row("first run, with Lean", f"{first:.3f}", "")
    table.add_row(f"Lean's own, {STATEMENTS} checks", f"{lean:.3f}", "")
    Console().print(table)


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
