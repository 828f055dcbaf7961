"""How near a batch of formalizations comes to what its model calls cost at the least.

    .venv/bin/python benchmarks/formalize_latency.py [--graph G] [--processes 1 2] [--runs 5]

200 statements by ``formalize``, or another graph, without the proof, 32 model calls at a time, with
a model that answers in 100 ms: a server on loopback in a process of its own. The ideal is calls *
0.1 s / 32: ``formalize`` takes two calls for a statement. Lean's time is shown apart: a first run
has Lean check every statement, the measured runs find its answers in their journal, as any run that
is taken up again does. Every run has its own folder with checkpoints and journal on disk, and the
processes that ``proofloop batch --processes`` makes; the clock starts when they have started.

32 calls at a time of 100 ms leave 3.1 ms for each, and one process takes 2.7 to 3.3 (two cores of a
shared machine; LangGraph nearly a half of it). Medians of seven windows: 1.11 to 1.13 times
the ideal and once 1.20 in one process, 1.14 to 1.16 and once 1.22 in two, whose members each make
their graph and their first calls. Of that 0.04 cannot be had, since 32 do not divide 400.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from proofloop.core.budget import Budget
from proofloop.core.journal import Journal
from proofloop.core.run import Run
from proofloop.core.settings import load_settings
from proofloop.core.task import Task
from proofloop.datasets.batch import Result, batch_jobs, run_batch
from proofloop.graphs.agreement import agreement_graph
from proofloop.graphs.atf import atf_graph
from proofloop.graphs.context import DEFAULT_HEADER, Context
from proofloop.graphs.formalize import formalize_graph
from proofloop.graphs.formalmath import formalmath_graph
from proofloop.graphs.reform import reform_graph
from proofloop.processes import run_jobs_in_processes
from proofloop.session import open_run_model
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.portfolio import Portfolio
from proofloop.tools.lean.record import RecordedLean

STATEMENTS = 200
CONCURRENCY = 32
LATENCY = 0.1
# More than the calls at a time: while one task reads its answer another has its call under way.
TASKS_AT_ONCE = 5 * CONCURRENCY // 4
TASKS = [Task(id=f"t{n}", informal=f"{n} plus zero is {n}") for n in range(STATEMENTS)]
GRAPHS = {
    graph.__name__.removesuffix("_graph"): partial(graph, prove=False)
    for graph in (formalize_graph, atf_graph, reform_graph, formalmath_graph, agreement_graph)
}


class First(NamedTuple):
    """A run with Lean: wall seconds, calls of the model, Lean's checks and the seconds of its
    elaborator and kernel in them."""

    wall: float
    calls: int
    checks: int
    lean: float


@asynccontextmanager
async def open_measured(run: Run, *, tasks: int, progress: Any = None) -> AsyncIterator[Context]:
    """What a run is made with: the model, and the Lean answers in a journal beside the run. It
    waits for all of the run's processes, and leaves when each began and what it used."""
    checks = Journal(run.folder.parent / "lean.jsonl")
    model = open_run_model(run.settings, run)
    lean = RecordedLean(EmbeddedLean(), checks, Budget())
    mine = str(os.getpid())
    await asyncio.to_thread(wait_for_all, run, mine)
    start, used = time.monotonic(), time.process_time()
    try:
        yield Context(model=model, judge=model, lean=lean, portfolio=Portfolio(lean))
    finally:
        facts = {"start": start, "used": time.process_time() - used}
        (run.folder / f"{mine}.facts").write_text(json.dumps(facts))
        await lean.aclose()
        await model.aclose()
        checks.close()


def wait_for_all(run: Run, mine: str) -> None:
    (run.folder / f"{mine}.here").touch()
    while len([*run.folder.glob("*.here")]) < run.asked["processes"]:
        time.sleep(0.005)


async def once(
    base_url: str, folder: Path, processes: int, graph: str = "formalize"
) -> tuple[float, float]:
    """Wall seconds and the processor seconds of all processes of one run in a new folder."""
    settings = load_settings({"base_url": base_url, "model": "m"}, config=None)
    ended: list[float] = []

    def on_result(result: Result) -> None:
        ended.append(time.monotonic())

    with Run(folder, settings, {"processes": processes}) as run:
        if processes == 1:
            async with open_measured(run, tasks=TASKS_AT_ONCE) as context:
                results = await run_batch(
                    TASKS,
                    context,
                    folder,
                    concurrency=TASKS_AT_ONCE,
                    formalizer=GRAPHS[graph],
                    on_result=on_result,
                )
        else:
            results = await run_jobs_in_processes(
                run,
                partial(batch_jobs, TASKS, GRAPHS[graph], DEFAULT_HEADER),
                [[task.id] for task in TASKS],
                Result,
                processes=processes,
                concurrency=TASKS_AT_ONCE,
                on_result=on_result,
                opener=open_measured,
            )
    assert all(result.consistent and result.compiled for result in results)
    starts, used = facts_of(folder, processes)
    return ended[-1] - min(starts), sum(used)


def facts_of(folder: Path, processes: int) -> tuple[list[float], list[float]]:
    """When the processes began, and what each used."""
    facts = [json.loads(file.read_text()) for file in folder.glob("*.facts")]
    assert len(facts) == processes
    return [fact["start"] for fact in facts], [fact["used"] for fact in facts]


async def with_lean(base_url: str, folder: Path, graph: str = "formalize") -> First:
    """A run with Lean in the loop; its answers are kept."""
    settings = load_settings({"base_url": base_url, "model": "m"}, config=None)
    checks = Journal(folder / "lean.jsonl")
    async with EmbeddedLean() as embedded:
        await embedded.start()
        with Run(folder / "first", settings, {}) as run:
            model = open_run_model(settings, run)
            lean = RecordedLean(embedded, checks, Budget())
            context = Context(model=model, judge=model, lean=lean, portfolio=Portfolio(lean))
            start = time.monotonic()
            await run_batch(
                TASKS, context, run.folder, concurrency=TASKS_AT_ONCE, formalizer=GRAPHS[graph]
            )
            wall = time.monotonic() - start
            await model.aclose()
            calls = sum(entry["spent"]["calls"] for entry in run.journal.entries("model"))
    seconds = [entry["report"]["lean_seconds"] for entry in checks.entries("lean")]
    return First(wall, calls, len(seconds), sum(seconds))


# What judges, critics and those who look at critics say.
AGREED = {"consistent": True, "reasons": "the same", "comments": "the same", "faithful": True}


class Answers(asyncio.Protocol):
    """The model's server, as light as can be, since it shares the machine: it formalizes "n plus
    zero is n", has the tools look at it where there are some, and finds everything consistent."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.data = transport, b""

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, found, body = self.data.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        if found and length and len(body) >= int(length[1]):
            self.data = b""
            asyncio.get_running_loop().call_later(LATENCY, self.answer, body)

    def answer(self, body: bytes) -> None:
        asked = json.loads(body)
        found = re.search(r"(\d+)(?: plus zero| \+ 0)", asked["messages"][1]["content"])
        assert found
        number = found[1]
        lean = f"theorem t{number} : {number} + 0 = {number}"
        text = json.dumps({"lean": lean, "informal": f"{number} plus zero is {number}", **AGREED})
        message: dict[str, Any] = {"role": "assistant", "content": text}
        if "tools" in asked:
            written = json.dumps({"lean4_code": lean})
            message["tool_calls"] = [
                {"id": name, "type": "function", "function": {"name": name, "arguments": written}}
                for name in ("syntax_check", "consistency_check")
            ]
        said = {
            "id": "c",
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [
                {"index": index, "message": message, "finish_reason": "stop"}
                for index in range(asked.get("n", 1))
            ],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        }
        answer = json.dumps(said).encode()
        head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
        self.transport.write(f"{head}{len(answer)}\r\n\r\n".encode() + answer)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Answers, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


async def measure(
    base_url: str, folder: Path, processes: list[int], runs: int, graph: str
) -> tuple[First, dict[int, list[tuple[float, float]]]]:
    """With Lean; and by the number of processes, in turn, every run without it."""
    first = await with_lean(base_url, folder, graph)
    taken: dict[int, list[tuple[float, float]]] = {number: [] for number in processes}
    for turn in range(runs):
        for number in processes:
            taken[number].append(await once(base_url, folder / f"{number}-{turn}", number, graph))
    return first, taken


def main() -> None:
    words = "Measures a batch of formalizations against the ideal of its model calls."
    options = argparse.ArgumentParser(description=words)
    options.add_argument("--processes", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--graph", choices=[*GRAPHS], default="formalize")
    options.add_argument("--serve", action="store_true", help="be the model, for another process")
    asked = options.parse_args()
    if asked.serve:
        return asyncio.run(serve())
    command = [sys.executable, __file__, "--serve"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,
    ):
        assert server.stdout
        base_url = server.stdout.readline().strip()
        try:
            first, taken = asyncio.run(
                measure(base_url, Path(folder), asked.processes, asked.runs, asked.graph)
            )
        finally:
            server.terminate()
    report(first, taken)


def report(first: First, taken: dict[int, list[tuple[float, float]]]) -> None:
    ideal = first.calls * LATENCY / CONCURRENCY
    table = Table("processes", "median s", "best s", "median / ideal", "best / ideal", "CPU s")
    for number, runs in taken.items():
        walls, used = zip(*runs, strict=True)
        median, best = statistics.median(walls), min(walls)
        ratios = (f"{median / ideal:.2f}", f"{best / ideal:.2f}")
        cpu = f"{statistics.median(used):.2f}"
        table.add_row(str(number), f"{median:.3f}", f"{best:.3f}", *ratios, cpu)
    Console().print(table)
    Console().print(
        f"ideal {ideal:.3f} s for {first.calls} calls; with Lean in the loop, one process:"
        f" {first.wall:.3f} s, of Lean's own {first.lean:.3f} s in {first.checks} checks"
    )


if __name__ == "__main__":
    main()
