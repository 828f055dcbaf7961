"""How near a full tournament comes to its critical path, with a judge that answers in 100 ms.

    .venv/bin/python benchmarks/tournament_latency.py

16 candidates, 8 votes a match, 64 calls at a time: 120 calls in four rounds, each of which must
wait for the one before, so the critical path is four times the judge's latency. The judge is a
server on loopback in a process of its own. Every call is journalled, as in a run; the client's own
processor time for one call does not depend on what else the machine does.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from proofloop.agents.comparer import ModelComparer
from proofloop.agents.llm.openai_client import OpenAIModel
from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget
from proofloop.core.journal import Journal
from proofloop.core.task import Candidate, Task
from proofloop.graphs.selectors.rtv import RecursiveTournament

LATENCY = 0.1
RUNS = 7
SERVER = Path(__file__).parents[1] / "tests" / "support" / "openai_server.py"


async def once(base_url: str, folder: Path, candidates: list[Candidate]) -> tuple[float, float]:
    """Seconds of a tournament, and processor seconds of one call."""
    journal = Journal(folder / "journal.jsonl")
    client = OpenAIModel("judge", base_url=base_url, concurrency=64)
    model = RecordedModel(client, journal, Budget())
    selector = RecursiveTournament(ModelComparer(model), votes=8)
    # The first calls open the connections; that is not what is measured.
    await selector.select(asked("What is 6 * 8?"), candidates)
    task = asked("What is 6 * 7?")
    start, processor = time.perf_counter(), time.process_time()
    await selector.select(task, candidates)
    taken, worked = time.perf_counter() - start, time.process_time() - processor
    await model.aclose()
    journal.close()
    return taken, worked / selector.plan(task, candidates).calls


def asked(problem: str) -> Task:
    return Task(id="t", kind="solve", informal=problem)


def main() -> None:
    candidates = [Candidate(id=f"c{i}", task_id="t", content=f"Answer: {i}") for i in range(16)]
    measured = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "answers.json").write_text(json.dumps([json.dumps({"best": 1})] * (240 * RUNS)))
        command = [sys.executable, str(SERVER), str(folder / "answers.json")]
        with subprocess.Popen(
            [*command, str(folder / "calls.jsonl"), str(LATENCY)], stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout
            base_url = server.stdout.readline().strip()
            for run in range(RUNS):
                measured.append(asyncio.run(once(base_url, folder / str(run), candidates)))
            server.kill()
    path = 4 * LATENCY
    times = [taken for taken, _ in measured]
    table = Table("", "seconds", "over the critical path")
    for label, value in (("median", statistics.median(times)), ("best", min(times))):
        table.add_row(label, f"{value:.3f}", f"{value / path:.2f}")
    table.add_row("critical path", f"{path:.3f}", "1.00")
    Console().print(table)
    worked = statistics.median(worked for _, worked in measured)
    Console().print(f"the client's processor time: {1000 * worked:.2f} ms a call")


if __name__ == "__main__":
    main()
