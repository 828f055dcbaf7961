"""Running the graph ``decompose`` over many entailment problems: one result line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field

from proofloop.core.errors import ModelUnavailable, ProofloopError
from proofloop.datasets.jobs import FATAL, JobResult, run_jobs
from proofloop.graphs.checkpoints import Checkpoints
from proofloop.graphs.context import Context
from proofloop.graphs.decompose import decompose_graph
from proofloop.graphs.entail_diagnosis import blamed
from proofloop.graphs.runner import GraphFactory, run_thread
from proofloop.tools.entailment.problem import EntailmentProblem, Node


class EntailResult(JobResult):
    """One problem. ``status`` is the graph's, or "partial", "down" (a model or judge gave no
    answer) or "error"; the next run takes these up again. ``proofs`` are the Lean
    texts of the proved steps by node; ``suspects`` the sentences that the step ``failed_at`` most
    likely fails for; ``unjudged`` the forms that no judge has confirmed."""

    id: str
    label: str = ""
    why: str = ""
    how: str = ""
    failed_at: str = ""
    suspects: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    redundant: tuple[str, ...] = ()
    consistent: bool | None = None
    vacuous: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()
    tree: tuple[Node, ...] = ()
    proofs: dict[str, str] = Field(default_factory=dict)
    mends: int = 0
    world: str = ""
    diagnosis: str = ""

    @property
    def key(self) -> str:
        return self.id


async def run_entailments(
    problems: Sequence[EntailmentProblem],
    context: Context,
    folder: Path,
    *,
    concurrency: int,
    graph: GraphFactory = decompose_graph,
    on_result: Callable[[EntailResult], None] | None = None,
) -> list[EntailResult]:
    """Results of all problems in their order, old ones included; as ``run_jobs`` says."""
    jobs = {each.id: partial(run_entailment, each, context, graph=graph) for each in problems}
    return await run_jobs(jobs, EntailResult, folder, concurrency=concurrency, on_result=on_result)


async def run_entailment(
    problem: EntailmentProblem,
    context: Context,
    saver: Checkpoints,
    *,
    graph: GraphFactory = decompose_graph,
) -> EntailResult:
    inputs = {"problem": problem.model_dump(mode="json")}
    try:
        state = await run_thread(graph(saver), inputs, context, thread=problem.id)
    except FATAL:
        raise
    except ModelUnavailable as error:
        return EntailResult(id=problem.id, label=problem.label, status="down", why=str(error))
    except ProofloopError as error:
        words = f"{type(error).__name__}: {error}"
        return EntailResult(id=problem.id, label=problem.label, status="error", why=words)
    return result_of(problem, state)


def result_of(problem: EntailmentProblem, state: Mapping[str, Any]) -> EntailResult:
    """The result that a last state comes to."""
    diagnosis = state.get("diagnosis") or {}
    failed = state.get("status") not in ("verified", "contradiction")
    evidence = state.get("evidence", {})
    return EntailResult(
        id=problem.id,
        label=problem.label,
        status="partial" if state.get("partial") else state["status"],
        why=state.get("partial") or state.get("why", ""),
        how=state.get("how", ""),
        failed_at=state.get("failed_at", ""),
        suspects=tuple(blamed(diagnosis)) if diagnosis and failed else (),
        used=state.get("used", ()),
        redundant=state.get("redundant", ()),
        consistent=evidence.get("consistent"),
        vacuous=evidence.get("vacuous", ()),
        unjudged=evidence.get("unjudged", ()),
        tree=state.get("tree", ()),
        proofs={name: step["proof"] for name, step in state.get("proved", {}).items()},
        mends=sum(state.get("repairs", {}).values()),
        world=evidence.get("described", ""),
        diagnosis=diagnosis.get("words", "") if failed else "",
    )


def tally(results: Sequence[EntailResult]) -> dict[str, int]:
    """How many ended how, the most frequent first."""
    return dict(Counter(result.status for result in results).most_common())
