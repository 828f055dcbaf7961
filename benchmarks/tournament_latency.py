"""How near a full tournament comes to its critical path, with a judge that answers in 100 ms.

    .venv/bin/python benchmarks/tournament_latency.py

16 candidates, 8 votes a match, 64 calls at a time: 120 calls in four rounds, each of which must
wait for the one before, so the critical path is four times the judge's latency. The judge is a
server on loopback in a process of its own; "overhead" is what is left for the client.
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
from proofloop.core.task import Candidate, Task
from proofloop.graphs.selectors.rtv import RecursiveTournament

LATENCY = 0.1
RUNS = 7
SERVER = Path(__file__).parents[1] / "tests" / "support" / "openai_server.py"


async def once(base_url: str, candidates: list[Candidate], task: Task) -> float:
    model = OpenAIModel("judge", base_url=base_url, concurrency=64)
    selector = RecursiveTournament(ModelComparer(model), votes=8)
    # The first calls open the connections; that is not what is measured.
    await RecursiveTournament(ModelComparer(model), votes=8).select(task, candidates)
    start = time.perf_counter()
    await selector.select(task, candidates)
    taken = time.perf_counter() - start
    await model.aclose()
    return taken


def main() -> None:
    task = Task(id="t", kind="solve", informal="What is 6 * 7?")
    candidates = [Candidate(id=f"c{i}", task_id="t", content=f"Answer: {i}") for i in range(16)]
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers.json"
        answers.write_text(json.dumps([json.dumps({"best": 1})] * (240 * RUNS)))
        command = [sys.executable, str(SERVER), str(answers), str(Path(folder) / "calls.jsonl")]
        with subprocess.Popen(
            [*command, str(LATENCY)], stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout
            base_url = server.stdout.readline().strip()
            times = [asyncio.run(once(base_url, candidates, task)) for _ in range(RUNS)]
            server.kill()
    path = 4 * LATENCY
    table = Table("", "seconds", "over the critical path")
    for name, value in (("median", statistics.median(times)), ("best", min(times))):
        table.add_row(name, f"{value:.3f}", f"{value / path:.2f}")
    table.add_row("critical path", f"{path:.3f}", "1.00")
    Console().print(table)


if __name__ == "__main__":
    main()
