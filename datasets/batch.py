"""Formalizing and proving a whole data set: many tasks at once, one result line each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from langgraph.graph.state import CompiledStateGraph
from pydantic import Field, JsonValue

from proofloop.core.errors import ModelUnavailable, ProofloopError
from proofloop.core.task import Task
from proofloop.datasets.jobs import FATAL, Job, JobResult, run_jobs
from proofloop.graphs.checkpoints import Checkpoints
from proofloop.graphs.context import DEFAULT_HEADER, Context
from proofloop.graphs.formalize import formalize_graph
from proofloop.graphs.prove import not_lean
from proofloop.graphs.prove_whole import prove_whole_graph
from proofloop.graphs.runner import GraphFactory, run_thread


class Result(JobResult):
    """One finished task. ``status`` is the formalization's ("given" for a task that only has a
    formal statement), "waiting" while a person has not decided, "partial" when the budget ended
    it, "down" when a model or judge that it cannot do without gave no answer, "error" when it
    failed otherwise; these are taken up again by the next run, as is one that some of several
    models were ``down`` for. ``why`` says more of an end without a statement. ``origin`` says
    which statement ``proof`` proves."""

    id: str
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
    why: str = ""
    confidence: float | None = None
    funnel: dict[str, int] = Field(default_factory=dict)
    down: str = ""
    error: str = ""
    seconds: float = 0.0
    lean: dict[str, JsonValue] | None = None

    @property
    def formalized(self) -> bool:
        return self.origin == "formalized"

    @property
    def key(self) -> str:
        return self.id

    @property
    def final(self) -> bool:
        return super().final and not self.down


OnResult = Callable[[Result], None]
Compiled = CompiledStateGraph[Any, Context, Any, Any]
GraphOf = Callable[[Task, Checkpoints], Compiled]


async def run_batch(
    tasks: Sequence[Task],
    context: Context,
    folder: Path,
    *,
    concurrency: int,
    formalizer: GraphFactory = formalize_graph,
    header: str = DEFAULT_HEADER,
    on_result: OnResult | None = None,
) -> list[Result]:
    """Results of all tasks in the tasks' order, old ones included. A task that fails gets a
    result of its own and the others go on; a wrong key, a missing Lean or a full disk ends the
    batch with that error, and a spent budget ends it after the tasks under way."""
    jobs = batch_jobs(tasks, formalizer, header, context)
    return await run_jobs(jobs, Result, folder, concurrency=concurrency, on_result=on_result)


def batch_jobs(
    tasks: Sequence[Task], formalizer: GraphFactory, header: str, context: Context
) -> dict[str, Job[Result]]:
    """The jobs of all tasks by their ids. ``header`` is for texts without one of their own."""

    @cache
    def compiled(factory: GraphFactory, saver: Checkpoints) -> Compiled:
        """One graph for all tasks: compiling takes longer than running it."""
        return factory(saver)

    def graph_of(task: Task, saver: Checkpoints) -> Compiled:
        formalizes = task.informal and task.kind == "formalize"
        return compiled(formalizer if formalizes else prove_whole_graph, saver)

    return {task.id: partial(run_task, task, context, graph_of, header) for task in tasks}


def groups_of(tasks: Sequence[Task]) -> list[list[str]]:
    """The ids of tasks that ask the same together, in the order of their first."""
    groups: dict[tuple[str, str], list[str]] = {}
    for task in tasks:
        groups.setdefault((task.informal, task.formal), []).append(task.id)
    return list(groups.values())


async def run_task(
    task: Task, context: Context, graph_of: GraphOf, header: str, saver: Checkpoints
) -> Result:
    """One task through its graph: formalize and prove, or prove the formal statement it has."""
    start = time.monotonic()
    inputs: dict[str, Any] = {"header": task.header or DEFAULT_HEADER}
    if task.informal and task.kind == "formalize":
        inputs |= {"informal": task.informal, "name": theorem_name(task.id), "given": task.formal}
        inputs["header"] = task.header or header
        if task.images:
            inputs["images"] = [*task.images]
    else:
        inputs |= {"statement": task.formal}
    try:
        # Checkpoints of every step cost a third of the run's time, and the journal has all calls.
        state = await run_thread(
            graph_of(task, saver), inputs, context, thread=task.id, durability="exit"
        )
        result = result_of(task.id, state)
    except FATAL:
        raise
    except ModelUnavailable as error:
        result = Result(id=task.id, status="down", down=str(error))
    except ProofloopError as error:
        result = Result(id=task.id, status="error", error=f"{type(error).__name__}: {error}")
    return result.model_copy(update={"seconds": round(time.monotonic() - start, 3)})


def result_of(task_id: str, state: Mapping[str, Any]) -> Result:
    report = state.get("proof_report") or {}
    status = "waiting" if state.get("waiting") else state.get("status") or "given"
    return Result(
        id=task_id,
        status="partial" if state.get("partial") else status,
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
        why=state.get("why") or not_lean(state.get("unreadable", "")),
        confidence=state.get("confidence"),
        funnel=state.get("funnel", {}),
        down=state.get("down", ""),
        error=state.get("partial", ""),
        lean=report.get("lean"),
    )


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
        counts["waiting"] += result.status == "waiting"
        counts["down"] += bool(result.down)
    return counts


def funnels(results: Sequence[Result]) -> dict[str, list[int]]:
    """By stage of FormalMATH's pipeline: how many statements were left, and of how many texts."""
    each = [result.funnel for result in results if result.funnel]
    stages = dict.fromkeys(stage for funnel in each for stage in funnel)
    return {
        stage: [
            sum(funnel.get(stage, 0) for funnel in each),
            sum(funnel.get(stage, 0) > 0 for funnel in each),
        ]
        for stage in stages
    }


def theorem_name(task_id: str) -> str:
    """A Lean identifier for a task id."""
    kept = "".join(char if char.isalnum() and char.isascii() else "_" for char in task_id)
    return kept if kept[:1].isalpha() else f"t_{kept}"
