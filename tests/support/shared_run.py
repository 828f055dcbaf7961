"""A run whose jobs each ask a model one question, in several processes; for tests that kill them.

    python shared_run.py BASE_URL FOLDER JOBS

prints a line for each job that is done.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from proofloop.agents.llm.base import Message, Request
from proofloop.core.errors import BudgetExceeded
from proofloop.core.run import Run
from proofloop.core.settings import load_settings
from proofloop.datasets.jobs import Job, JobResult
from proofloop.graphs.context import Context
from proofloop.processes import run_jobs_in_processes
from proofloop.session import open_run_model
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.portfolio import Portfolio


class Asked(JobResult):
    id: str
    answer: str = ""
    process: int = 0

    @property
    def key(self) -> str:
        return self.id


@asynccontextmanager
async def open_asking(run: Run, *, tasks: int, progress: Any = None) -> AsyncIterator[Context]:
    """The run's model; a Lean is there and not started."""
    model, lean = open_run_model(run.settings, run), EmbeddedLean()
    try:
        yield Context(model=model, judge=model, lean=lean, portfolio=Portfolio(lean))
    finally:
        await model.aclose()


def asking(questions: Sequence[str], context: Context) -> Mapping[str, Job[Asked]]:
    return {str(n): partial(ask, str(n), text, context) for n, text in enumerate(questions)}


async def ask(key: str, text: str, context: Context, saver: Any) -> Asked:
    if text == "a bug":
        raise KeyError(text)
    request = Request(role="asker", messages=(Message(role="user", content=text),))
    try:
        (reply,) = await context.model.sample(request)
    except BudgetExceeded as error:
        return Asked(id=key, status="partial", answer=str(error))
    return Asked(id=key, status="done", answer=reply.text, process=os.getpid())


async def run_questions(
    base_url: str,
    folder: Path,
    questions: Sequence[str],
    *,
    groups: Sequence[Sequence[str]] | None = None,
    processes: int = 2,
    concurrency: int = 4,
    on_result: Callable[[Asked], None] | None = None,
    **budget: Any,
) -> list[Asked]:
    settings = load_settings(
        {"model": "m", "base_url": base_url, "api_key": "k" * 20, "budget": budget}
    )
    with Run(folder, settings, {}) as run:
        return await run_jobs_in_processes(
            run,
            partial(asking, questions),
            groups or [[str(n)] for n in range(len(questions))],
            Asked,
            processes=processes,
            concurrency=concurrency,
            on_result=on_result,
            opener=open_asking,
        )


if __name__ == "__main__":
    asyncio.run(
        run_questions(
            sys.argv[1],
            Path(sys.argv[2]),
            [f"question {n}" for n in range(int(sys.argv[3]))],
            on_result=lambda result: print(result.key, flush=True),
        )
    )
