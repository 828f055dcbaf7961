"""A method of proof measured: every task tried several times, independently, and pass@k of it.

Nothing is shared between the tries: sample i is a model call of its own (the index is part of its
record), no proof is remembered from one to the next, and no try stops another.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from proofloop.core.errors import ProofloopError
from proofloop.core.task import Task
from proofloop.datasets.jobs import FATAL, JobResult, run_jobs
from proofloop.datasets.metrics import Estimate, mean_pass_at_k
from proofloop.graphs.checkpoints import Checkpoints
from proofloop.graphs.context import DEFAULT_HEADER, Context
from proofloop.graphs.prove import not_lean
from proofloop.graphs.runner import GraphFactory, run_thread


class Trial(JobResult):
    """One try of one task. ``status`` is "proved", "failed", "unreadable" (the statement is not
    good Lean), "partial" or "error"."""

    id: str
    sample: int
    proof: str = ""
    prover: str = ""
    error: str = ""
    seconds: float = 0.0

    @property
    def key(self) -> str:
        return trial_key(self.id, self.sample)


OnTrial = Callable[[Trial], None]


async def evaluate(
    tasks: Sequence[Task],
    context: Context,
    folder: Path,
    graph: GraphFactory,
    *,
    samples: int,
    concurrency: int,
    on_trial: OnTrial | None = None,
) -> list[Trial]:
    """``samples`` tries of ``graph`` (one of the methods in ``graphs/catalogue.py``) on the formal
    statement of every task, first all tasks once, then all twice, and so on."""
    alone = replace(context, lemmas=None, search=context.search.model_copy(update={"samples": 1}))
    jobs = {
        trial_key(task.id, sample): partial(try_once, task, sample, alone, graph)
        for sample in range(samples)
        for task in tasks
    }
    return await run_jobs(jobs, Trial, folder, concurrency=concurrency, on_result=on_trial)


async def try_once(
    task: Task, sample: int, context: Context, graph: GraphFactory, saver: Checkpoints
) -> Trial:
    start = time.monotonic()
    inputs = {
        "statement": task.formal,
        "header": task.header or DEFAULT_HEADER,
        "first": sample,
    }
    try:
        thread = trial_key(task.id, sample)
        trial = trial_of(
            task, sample, await run_thread(graph(saver), inputs, context, thread=thread)
        )
    except FATAL:
        raise
    except ProofloopError as error:
        said = f"{type(error).__name__}: {error}"
        trial = Trial(id=task.id, sample=sample, status="error", error=said)
    return trial.model_copy(update={"seconds": round(time.monotonic() - start, 3)})


def trial_of(task: Task, sample: int, state: Mapping[str, Any]) -> Trial:
    ends = {
        "proved": state.get("proof", ""),
        "partial": state.get("partial", ""),
        "unreadable": not_lean(state.get("unreadable", "")),
    }
    status = next((name for name, words in ends.items() if words), "failed")
    return Trial(
        id=task.id,
        sample=sample,
        status=status,
        proof=ends["proved"],
        prover=state.get("prover", ""),
        error="" if status == "proved" else ends.get(status, ""),
    )


def pass_at(trials: Sequence[Trial], *, seed: int = 0) -> dict[int, Estimate]:
    """pass@1 to pass@n over the tasks all of whose n tries came to an end; n is the number that
    most tries of a task have. Tasks with fewer (the budget ended first) are left out, and those
    whose statement is not good Lean."""
    ended = Counter(trial.id for trial in trials if trial.final and trial.status != "unreadable")
    right = Counter(trial.id for trial in trials if trial.status == "proved")
    most = max(ended.values(), default=0)
    counts = [(most, right[task]) for task, tries in ended.items() if tries == most]
    return {k: mean_pass_at_k(counts, k, rng=random.Random(seed)) for k in range(1, most + 1)}


def trial_key(task_id: str, sample: int) -> str:
    return f"{task_id}#{sample}"
