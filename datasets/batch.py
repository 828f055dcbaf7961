"""Formalizing and proving a whole data set: many tasks at once, one result line each.

A result is appended as soon as its task is done. A second run over the same folder skips what has
a result and takes the rest up from its checkpoints and journal, so nothing is paid for twice.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph.state import CompiledStateGraph
from pydantic import JsonValue

from proofloop.core.errors import (
    LeanUnavailable,
    MissingExtra,
    ModelRejected,
    ProofloopError,
    SettingsError,
    StorageError,
)
from proofloop.core.jsonl import AppendFile, read_lines
from proofloop.core.model import Frozen
from proofloop.core.task import Task
from proofloop.graphs.context import DEFAULT_HEADER, Context
from proofloop.graphs.formalize import formalize_graph
from proofloop.graphs.prove_whole import prove_whole_graph
from proofloop.graphs.runner import run_thread


class Result(Frozen):
    """One finished task. ``status`` is the formalization's ("given" for a task that only has a
    formal statement), "partial" when the budget ended it, "error" when it failed; the last two
    are tried again by the next run. ``origin`` says which statement ``proof`` proves."""

    id: str
    status: str
    origin: str = ""
    compiled: bool = False
    consistent: bool | None = None
    proved: bool = False
    statement: str = ""
    header: str = ""
    proof: str = ""
    prover: str = ""
    rounds: int = 0
    notes: str = ""
    error: str = ""
    seconds: float = 0.0
    lean: dict[str, JsonValue] | None = None

    @property
    def formalized(self) -> bool:
        return self.origin == "formalized"

    @property
    def final(self) -> bool:
        return self.status not in ("partial", "error")


FATAL = (SettingsError, ModelRejected, MissingExtra, LeanUnavailable, StorageError)
OnResult = Callable[[Result], None]


async def run_batch(
    tasks: Sequence[Task],
    context: Context,
    folder: Path,
    *,
    concurrency: int,
    on_result: OnResult | None = None,
) -> list[Result]:
    """Results of all tasks in the tasks' order, old ones included. A task that fails gets a
    result of its own and the others go on; a wrong key, a missing Lean or a full disk ends the
    batch with that error, and a spent budget ends it after the tasks under way."""
    done = finished(folder / "results.jsonl")
    waiting = [task for task in tasks if task.id not in done]
    out = AppendFile(folder / "results.jsonl")
    spent = False

    async def work(saver: AsyncSqliteSaver) -> None:
        nonlocal spent
        while waiting and not spent:
            task = waiting.pop(0)
            result = await run_task(task, context, saver)
            out.append(json.dumps(result.model_dump(mode="json"), ensure_ascii=False))
            done[task.id] = result
            spent = spent or result.status == "partial"
            if on_result:
                on_result(result)

    try:
        async with (
            AsyncSqliteSaver.from_conn_string(str(folder / "checkpoints.sqlite")) as saver,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(min(concurrency, len(waiting))):
                group.create_task(work(saver))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        out.close()
    return [done[task.id] for task in tasks if task.id in done]


async def run_task(task: Task, context: Context, saver: AsyncSqliteSaver) -> Result:
    """One task through its graph: formalize and prove, or prove the formal statement it has."""
    start = time.monotonic()
    graph: CompiledStateGraph[Any, Context, Any, Any]
    inputs: dict[str, Any] = {"header": task.header or DEFAULT_HEADER}
    if task.informal and task.kind == "formalize":
        graph = formalize_graph(saver)
        inputs |= {"informal": task.informal, "name": theorem_name(task.id), "given": task.formal}
    else:
        graph = prove_whole_graph(saver)
        inputs |= {"statement": task.formal}
    try:
        state = await run_thread(graph, inputs, context, thread=task.id)
        result = result_of(task.id, state)
    except FATAL:
        raise
    except ProofloopError as error:
        result = Result(id=task.id, status="error", error=f"{type(error).__name__}: {error}")
    return result.model_copy(update={"seconds": round(time.monotonic() - start, 3)})


def result_of(task_id: str, state: Mapping[str, Any]) -> Result:
    report = state.get("proof_report") or {}
    return Result(
        id=task_id,
        status="partial" if state.get("partial") else state.get("status", "given"),
        origin=state.get("origin", "given" if state.get("statement") else ""),
        compiled=bool((state.get("statement_report") or {}).get("accepted")),
        consistent=(state.get("verdict") or {}).get("passed"),
        proved=bool(state.get("proof")),
        statement=state.get("statement", ""),
        header=state.get("header", ""),
        proof=state.get("proof", ""),
        prover=state.get("prover", ""),
        rounds=len(state.get("rejected", [])) + (state.get("status") == "consistent"),
        notes=state.get("notes", ""),
        error=state.get("partial", ""),
        lean=report.get("lean"),
    )


def finished(path: Path) -> dict[str, Result]:
    """The final results of earlier runs by task id; partial ones and errors are not final."""
    results = (Result.model_validate(line) for line in read_lines(path))
    return {result.id: result for result in results if result.final}


def tally(results: Sequence[Result]) -> Counter[str]:
    """How many tasks got how far: the funnel."""
    counts: Counter[str] = Counter(done=len(results))
    for result in results:
        counts["formalized"] += result.formalized
        counts["compiled"] += result.formalized and result.compiled
        counts["consistent"] += result.formalized and result.consistent is True
        counts["proved"] += result.proved
        counts["proved_formalized"] += result.proved and result.formalized
        counts["proved_given"] += result.proved and not result.formalized
        counts["refused"] += result.status == "refused"
        counts["errors"] += result.status == "error"
        counts["partial"] += result.status == "partial"
    return counts


def theorem_name(task_id: str) -> str:
    """A Lean identifier for a task id."""
    kept = "".join(char if char.isalnum() and char.isascii() else "_" for char in task_id)
    return kept if kept[:1].isalpha() else f"t_{kept}"
