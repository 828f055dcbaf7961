"""Many jobs at once in one run folder: one result line each, nothing done twice.

A result is appended as soon as its job is done. A second run over the same folder skips what has a
final result and takes the rest up from its checkpoints and journal, so nothing is paid for twice.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

from proofloop.core.collecting import collecting_less
from proofloop.core.errors import (
    LeanUnavailable,
    MissingExtra,
    ModelRejected,
    SettingsError,
    StorageError,
)
from proofloop.core.jsonl import AppendFile, read_lines
from proofloop.core.model import Frozen
from proofloop.graphs.checkpoints import LINGER, Checkpoints, open_checkpoints

# What would end every other job in the same way.
FATAL = (SettingsError, ModelRejected, MissingExtra, LeanUnavailable, StorageError)

# Seconds between the first jobs. Those that begin together go in step: none asks its model before
# all can, and then all wait, and all have their answers to look at, at the same time.
SPACING = 0.001


class JobResult(Frozen):
    """``status`` is "partial" when the budget ended the job, "down" when a model gave no answer,
    "error" when it failed otherwise, "waiting" while a person has not decided; the next run takes
    these up again."""

    status: str

    @property
    def key(self) -> str:
        raise NotImplementedError

    @property
    def final(self) -> bool:
        return self.status not in ("partial", "down", "error", "waiting")


R = TypeVar("R", bound=JobResult)
Job = Callable[[Checkpoints], Awaitable[R]]


async def run_jobs(
    jobs: Mapping[str, Job[R]],
    kind: type[R],
    folder: Path,
    *,
    concurrency: int,
    on_result: Callable[[R], None] | None = None,
) -> list[R]:
    """Results of all jobs in their order, old ones included. A job turns its own failure into a
    result and the others go on; one of the ``FATAL`` errors ends them all, and a spent budget ends
    them after those under way."""
    done = finished(folder / "results.jsonl", kind)
    waiting = [key for key in jobs if key not in done]
    out = AppendFile(folder / "results.jsonl")
    spent = False

    async def work(saver: Checkpoints) -> None:
        nonlocal spent
        while waiting and not spent:
            key = waiting.pop(0)
            result = await jobs[key](saver)
            out.append(json.dumps(result.model_dump(mode="json"), ensure_ascii=False))
            done[key] = result
            spent = spent or result.status == "partial"
            if on_result:
                on_result(result)

    try:
        with collecting_less():
            async with (
                open_checkpoints(folder / "checkpoints.sqlite", linger=LINGER) as saver,
                asyncio.TaskGroup() as group,
            ):
                for _ in range(min(concurrency, len(waiting))):
                    group.create_task(work(saver))
                    await asyncio.sleep(SPACING)
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        out.close()
    return [done[key] for key in jobs if key in done]


def finished(path: Path, kind: type[R]) -> dict[str, R]:
    """The final results of earlier runs by their keys."""
    results = (kind.model_validate(line) for line in read_lines(path))
    return {result.key: result for result in results if result.final}
