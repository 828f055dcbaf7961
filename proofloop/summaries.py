"""Summaries of runs: what was believed, decided, established, what failed, and how it ended.

Any graph's run can be summarised, from its journal and the last state of each of its tasks. With a
language model the summarizer reads the trajectory in pieces; without one, or where the model fails,
the summary is taken from the events by rule and says so (``Summary.extracted``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from proofloop.agents.extractor import extract
from proofloop.agents.llm.base import Model
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.agents.summarizer import SUMMARY_TOKENS, summarize
from proofloop.core.errors import BudgetExceeded, InputError, ModelError
from proofloop.core.events import tasks_of, trajectory_of
from proofloop.core.jsonl import read_lines
from proofloop.core.model import Frozen
from proofloop.core.run import Run
from proofloop.core.settings import Settings, load_settings
from proofloop.core.trajectory import Outcome, Step, Summary, Trajectory
from proofloop.graphs.checkpoints import open_checkpoints, threads_of
from proofloop.session import open_run_model
from proofloop.tools.review import Reviewed

OFFLINE = "offline"
DECIDED = ("verified", "not entailed", "contradiction")  # of an entailment
LEAST_TOKENS = 20  # the outcome, and the word that a summary was extracted


class RunSummary(Frozen):
    """Of one task. ``task`` is "" for a run without tasks; ``steps`` are those of its trajectory,
    ``tokens`` (estimated) those of the rendered summary. ``note`` says why a model's summary is
    missing."""

    task: str
    problem: str
    summary: Summary
    steps: int
    tokens: int
    note: str = ""


def summarize_run(
    folder: Path | str,
    *,
    tasks: Sequence[str] = (),
    most_tokens: int = SUMMARY_TOKENS,
    settings: Settings | None = None,
    into: Path | None = None,
) -> list[RunSummary]:
    """Of the tasks named, or of all, each rendered in at most ``most_tokens``. The model's calls
    are budgeted and journalled in a run of their own, which ``into`` names.

    Raises InputError for what is no run folder, an unknown task, or too small a bound."""
    if most_tokens < LEAST_TOKENS:
        raise InputError(f"a summary needs at least {LEAST_TOKENS} tokens")
    chosen = settings or load_settings()
    found = trajectories(Path(folder), tasks)
    if chosen.model_name == OFFLINE:
        return [written(*each, extract(each[1], most_tokens=most_tokens)) for each in found]
    asked = {
        "graph": "summarize",
        "run": str(Path(folder).resolve()),
        "tasks": list(tasks),
        "max_tokens": most_tokens,
    }
    run = Run(into, chosen, asked) if into else Run.create(chosen, "summarize", asked)
    with run:
        return asyncio.run(by_model(found, run, most_tokens))


async def by_model(
    found: Sequence[tuple[str, Trajectory]], run: Run, most_tokens: int
) -> list[RunSummary]:
    model = open_run_model(run.settings, run)
    try:
        return list(
            await asyncio.gather(
                *(summary_of(model, problem, each, most_tokens) for problem, each in found)
            )
        )
    finally:
        await model.aclose()


async def summary_of(
    model: Model, problem: str, trajectory: Trajectory, most_tokens: int
) -> RunSummary:
    """By the model; by rule where it fails, with the reason in ``note``. The outcome is that of the
    run, whatever the model says."""
    note = ""
    try:
        summary = await summarize(model, problem, trajectory, most_tokens=most_tokens)
    except (ModelError, BudgetExceeded) as error:
        summary = extract(trajectory, most_tokens=most_tokens)
        note = f"no summary from the model: {error}"
    summary = summary.model_copy(update={"outcome": trajectory.outcome})
    return written(problem, trajectory, summary, note)


def written(problem: str, trajectory: Trajectory, summary: Summary, note: str = "") -> RunSummary:
    return RunSummary(
        task=trajectory.task_id,
        problem=problem,
        summary=summary,
        steps=len(trajectory.steps),
        tokens=estimate_tokens(summary.render()),
        note=note,
    )


def trajectories(folder: Path, tasks: Sequence[str] = ()) -> list[tuple[str, Trajectory]]:
    """What was asked and what was done, task by task."""
    journal, checkpoints = folder / "journal.jsonl", folder / "checkpoints.sqlite"
    if not journal.exists():
        raise InputError("no run: it has no journal.jsonl", file=folder)
    entries = list(read_lines(journal))
    # A graph that has asked nothing yet has its state alone.
    known = tasks_of(entries) or (threads_of(checkpoints) if checkpoints.exists() else [])
    known = known or [""]
    for task in tasks:
        if task not in known:
            some = ", ".join(known[:5]) + (", ..." if len(known) > 5 else "")
            raise InputError(f"no task {task!r}; there are {some}", file=journal)
    names = list(dict.fromkeys(tasks)) or known
    states = asyncio.run(last_states(checkpoints, names)) if checkpoints.exists() else {}
    found = []
    for name in names:
        state = states.get(name, {})
        trajectory = trajectory_of(entries, name, outcome_of(state))
        steps = (*trajectory.steps, *ending_of(state))
        found.append((problem_of(state), trajectory.model_copy(update={"steps": steps})))
    return found


async def last_states(checkpoints: Path, tasks: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The last checkpointed state of each task that has one."""
    states: dict[str, dict[str, Any]] = {}
    async with open_checkpoints(checkpoints) as saver:
        for task in tasks:
            found = await saver.aget_tuple(
                {"configurable": {"thread_id": task, "checkpoint_ns": ""}}
            )
            if found is not None:
                states[task] = dict(found.checkpoint["channel_values"])
    return states


def problem_of(state: Mapping[str, Any]) -> str:
    """What the graph was given, in words or in Lean."""
    problem = state.get("problem")
    if isinstance(problem, Mapping):  # an entailment
        given = [*(each["text"] for each in problem["sentences"]), "Therefore:"]
        return "\n".join([*given, problem["hypothesis"]])
    for words in (state.get("informal"), problem, state.get("statement")):
        if words:
            return str(words)
    reviewed = [each["informal"] for each in state.get("to_review") or []]
    asked = [each["statement"] for each in state.get("statements") or []]
    return "\n".join(dict.fromkeys(str(each) for each in (*reviewed, *asked)))


def ending_of(state: Mapping[str, Any]) -> list[Step]:
    """What the graph came to, as a step of its own: no entry of the journal says it."""
    selection = state.get("selection") or {}
    told = {
        "status": state.get("status"),
        "why": state.get("why"),
        "answer": state.get("answer"),
        "statement": state.get("statement") if "informal" in state else "",
        "proof": state.get("proof"),
        "proved": ", ".join(state.get("found") or {}),
        "review": "\n".join(f"{one.decision} {one.formal}" for one in reviewed_in(state)),
        "note": state.get("note") or selection.get("note"),
    }
    lines: list[JsonValue] = [f"{name}: {words}" for name, words in told.items() if words]
    if not lines:
        return []
    data: dict[str, JsonValue] = {"kind": "end", "lines": lines}
    return [Step(action="ended", observation="\n".join(map(str, lines)), data=data)]


def reviewed_in(state: Mapping[str, Any]) -> list[Reviewed]:
    return [Reviewed.model_validate(one) for one in state.get("reviewed") or []]


def outcome_of(state: Mapping[str, Any]) -> Outcome:
    """Success is what was asked for: proofs, an answer (right or not), a statement where no proof
    was tried, an entailment decided either way, an accepted statement of a review. A state with
    nodes still to run, and a statement without its proof, are incomplete."""
    waiting = any(name == "__start__" or name.startswith("branch:to:") for name in state)
    if not state or waiting or state.get("partial"):
        return "incomplete"
    if "statements" in state:
        proved = len(state.get("found") or {})
        return "success" if proved == len(state["statements"]) else "incomplete"
    if state.get("proof") or state.get("answer") or state.get("status") in DECIDED:
        return "success"
    if any(one.accepted for one in reviewed_in(state)):
        return "success"
    if state.get("status") == "consistent":
        return "incomplete" if "proof_attempts" in state else "success"
    return "failure"
