"""Formal statements of a data set, filtered: what is wrong with them, and what says the same twice.

Two stages. Each statement is looked at by the hygiene checks and dropped where Lean's kernel has
accepted that it is false or vacuous, or where it does not elaborate, or only with a name for a
variable that nothing declares and nobody would mean so (hygiene/auto_bound.py); any other warning
drops it only if that is asked for, and what could not be decided is kept. Of what is left,
statements that are proved to say the same (docs/equivalence.md) are kept once, the first of them.
One result line each; Lean's answers are in the journal, so that a run can be taken up in either
stage, also with a set that has grown: what is known of a statement goes by its text, and so does
what is known of a pair.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field

from proofloop.core.errors import BudgetExceeded, InputError, LeanError, ProofloopError
from proofloop.core.journal import fingerprint
from proofloop.core.model import Frozen
from proofloop.core.run import write_atomically
from proofloop.core.task import Task
from proofloop.datasets.jobs import FATAL, JobResult, finished, run_jobs
from proofloop.graphs.checkpoints import Checkpoints
from proofloop.graphs.context import DEFAULT_HEADER
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.equivalence.cluster import OnStep, cluster
from proofloop.tools.lean.equivalence.statement import is_statement
from proofloop.tools.lean.header import read_header
from proofloop.tools.lean.hygiene.runner import examine
from proofloop.tools.lean.hygiene.subject import HygieneLimits
from proofloop.tools.lean.hygiene.verdict import StatementHygiene
from proofloop.tools.lean.text import Statement, split_statement

# By stage: what a statement is that falls there.
STAGES = {
    "elaborates": "faulty",
    "names_known": "unknown_name",
    "not_vacuous": "vacuous",
    "not_false": "false",
    "no_warning": "warned",
}


class Filtered(JobResult):
    """One statement looked at. ``status`` is "kept", or why it was dropped: "faulty" (it does not
    elaborate), "unknown_name" (only with a misspelt name as a variable), "vacuous", "false" or
    "warned"; "partial" and "error" are tried again. ``proof`` is the Lean text that the kernel
    accepted against it; ``warnings`` are by check; ``text`` is the fingerprint of the statement
    with its header."""

    id: str
    text: str = ""
    reason: str = ""
    proof: str = ""
    warnings: dict[str, str] = Field(default_factory=dict)
    seconds: float = 0.0

    @property
    def key(self) -> str:
        return f"{self.text} {self.id}"


class Duplicate(Frozen):
    id: str
    same_as: str


class Filtration(Frozen):
    """``results`` of all statements that came to one, in the tasks' order; ``duplicates`` of those
    kept by the checks, found by ``compared`` comparisons of the ``pairs`` that there are;
    ``unread`` could not be compared with any, since Lean gave no normal form of them. ``note`` says
    why duplicates were not looked for, if so."""

    results: tuple[Filtered, ...]
    duplicates: tuple[Duplicate, ...] = ()
    pairs: int = 0
    compared: int = 0
    unread: tuple[str, ...] = ()
    note: str = ""

    def funnel(self, total: int, *, strict: bool = False) -> dict[str, int]:
        """How many statements each stage has left; warnings are a stage where they drop."""
        left, counts = total, {"in": total}
        for stage, status in STAGES.items():
            left -= sum(result.status == status for result in self.results)
            if strict or status != "warned":
                counts[stage] = left
        unfinished = total - sum(result.final for result in self.results)
        return counts | {"kept": left - unfinished - len(self.duplicates)}


OnFiltered = Callable[[Filtered], None]


async def filter_statements(
    tasks: Sequence[Task],
    lean: LeanBackend,
    folder: Path,
    *,
    checks: Sequence[str] = (),
    strict: bool = False,
    duplicates: bool = True,
    alike: float = 0.85,
    seconds: float = 120.0,
    limits: HygieneLimits | None = None,
    concurrency: int = 2,
    on_result: OnFiltered | None = None,
    on_step: OnStep | None = None,
) -> Filtration:
    """Filter the tasks' formal statements, and write ``kept.jsonl`` and ``dropped.jsonl`` into the
    folder. ``strict``: warnings drop too. ``alike``, ``seconds`` and ``on_step`` as for
    ``cluster``. Raises InputError for a task without a formal statement, and for a folder in which
    none of the statements has been looked at but others have; LeanUnavailable and StorageError."""
    statements = {task.id: statement_of(task) for task in tasks}
    limits = limits or HygieneLimits()
    require_known(folder, statements.keys())
    jobs = {
        f"{text_of(statement)} {name}": partial(look, statement, lean, checks, strict, limits)
        for name, statement in statements.items()
    }
    results = await run_jobs(jobs, Filtered, folder, concurrency=concurrency, on_result=on_result)
    found = Filtration(results=tuple(results))
    if duplicates and all(result.final for result in results) and len(results) == len(tasks):
        kept = {result.id: statements[result.id] for result in results if result.status == "kept"}
        try:
            news = await find_duplicates(lean, kept, alike, seconds, on_step)
            found = found.model_copy(update=news)
        except (BudgetExceeded, LeanError) as error:
            if isinstance(error, FATAL):
                raise
            found = found.model_copy(update={"note": str(error)})
    write_results(tasks, found, folder)
    return found


def statement_of(task: Task) -> Statement:
    """The task's last theorem, read after its header, or the default one, and after what stands
    before the theorem. Raises InputError."""
    if not task.formal.strip():
        raise InputError(f"task {task.id!r} has no formal statement", field="formal")
    before, text, _ = split_statement(task.formal, file=f"task {task.id}")
    own = before if read_header(before).modules else ""
    header = task.header or own or DEFAULT_HEADER
    if before and not own:
        header = f"{header.rstrip()}\n{before}\n"
    return Statement(header, text, task.id)


def text_of(statement: Statement) -> str:
    return fingerprint([statement.header, statement.text])[:16]


def looked_at(tasks: Sequence[Task], folder: Path) -> list[Task]:
    """Those that need not be looked at again. Raises InputError."""
    done = finished(folder / "results.jsonl", Filtered)
    return [task for task in tasks if f"{text_of(statement_of(task))} {task.id}" in done]


def require_known(folder: Path, names: Collection[str]) -> None:
    """A set may have grown, or have lost or changed some statements; one that shares nothing with
    what the folder holds is another. Raises InputError."""
    before = {result.id for result in finished(folder / "results.jsonl", Filtered).values()}
    if before and before.isdisjoint(names):
        raise InputError(
            f"this folder holds a filtered set without any of these statements ({min(before)!r},"
            " ...); give another folder",
            file=folder,
        )


async def look(
    statement: Statement,
    lean: LeanBackend,
    checks: Sequence[str],
    strict: bool,
    limits: HygieneLimits,
    saver: Checkpoints,
) -> Filtered:
    """What the checks say of one statement."""
    start, name = time.monotonic(), statement.name
    try:
        result = verdict_of(
            name, await examine(lean, statement, checks=checks, limits=limits), strict
        )
    except FATAL:
        raise
    except InputError as error:
        result = Filtered(id=name, status="faulty", reason=str(error))
    except BudgetExceeded as error:
        result = Filtered(id=name, status="partial", reason=str(error))
    except ProofloopError as error:
        result = Filtered(id=name, status="error", reason=f"{type(error).__name__}: {error}")
    seconds = round(time.monotonic() - start, 3)
    return result.model_copy(update={"text": text_of(statement), "seconds": seconds})


def verdict_of(name: str, found: StatementHygiene, strict: bool) -> Filtered:
    if found.fault:
        return Filtered(id=name, status="faulty", reason=found.fault)
    warnings = {each.check: each.reason for each in found.flagged("warning")}
    for each in found.flagged("warning"):
        if each.evidence.get("unknown"):
            reason = each.reason
            return Filtered(id=name, status="unknown_name", reason=reason, warnings=warnings)
    # What is vacuous may be refuted for one value too: the former says more.
    for each in sorted(found.flagged("error"), key=lambda each: each.check != "vacuous"):
        proof = str(each.evidence.get("proof", ""))
        return Filtered(
            id=name, status=each.check, reason=each.reason, proof=proof, warnings=warnings
        )
    if strict and warnings:
        reason = "; ".join(warnings.values())
        return Filtered(id=name, status="warned", reason=reason, warnings=warnings)
    return Filtered(id=name, status="kept", warnings=warnings)


async def find_duplicates(
    lean: LeanBackend,
    statements: dict[str, Statement],
    alike: float,
    seconds: float,
    on_step: OnStep | None,
) -> dict[str, Any]:
    """The fields of a Filtration for the duplicates. Statements of one header are compared with
    each other."""
    by_header: dict[str, list[str]] = {}
    for name, statement in statements.items():
        if is_statement(statement.text):
            by_header.setdefault(statement.header.strip(), []).append(name)
    found: list[Duplicate] = []
    unread: list[str] = []
    pairs = compared = 0
    for header, names in by_header.items():
        if len(names) == 1:
            continue
        texts = [statements[name].text for name in names]
        classes = await cluster(lean, header, texts, seconds=seconds, alike=alike, on_step=on_step)
        pairs += len(names) * (len(names) - 1) // 2
        compared += classes.comparisons
        unread += [names[place] for place in classes.faulty]
        for first, *others in classes.clusters:
            found += [Duplicate(id=names[other], same_as=names[first]) for other in others]
    order = {name: place for place, name in enumerate(statements)}
    found.sort(key=lambda each: order[each.id])
    unread.sort(key=lambda name: order[name])
    return {
        "duplicates": tuple(found), "pairs": pairs, "compared": compared, "unread": tuple(unread)
    }  # fmt: skip


def write_results(tasks: Sequence[Task], found: Filtration, folder: Path) -> None:
    """``kept.jsonl`` has the tasks as they came; ``dropped.jsonl`` the ids of the others, with
    stage and reason."""
    twice = {each.id: each.same_as for each in found.duplicates}
    results = {result.id: result for result in found.results}
    kept, dropped = [], []
    for task in tasks:
        result = results.get(task.id)
        if result is None or not result.final:
            continue
        if task.id in twice:
            dropped.append({"id": task.id, "stage": "duplicate", "same_as": twice[task.id]})
        elif result.status == "kept":
            kept.append(task.model_dump(mode="json", exclude_defaults=True))
        else:
            row = {"id": task.id, "stage": result.status, "reason": result.reason}
            dropped.append(row | ({"proof": result.proof} if result.proof else {}))
    for name, rows in (("kept", kept), ("dropped", dropped)):
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        write_atomically(folder / f"{name}.jsonl", "".join(lines))
