"""A statement ready to be compared: its text taken apart, its tree, its normal forms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from proofloop.core.errors import InputError, LeanError
from proofloop.tools.lean.backend import CheckLimits, LeanBackend, ProbeRequest
from proofloop.tools.lean.equivalence.normal import Level, NormalForm, clauses, normal_forms
from proofloop.tools.lean.equivalence.statement import Statement, read_statement
from proofloop.tools.lean.equivalence.tree import Tree, from_json, telescope

T = TypeVar("T")
PROBE = "tree"
PROBE_LIMITS = CheckLimits(wall_seconds=60.0, heartbeats=20_000)


@dataclass(frozen=True, eq=False)
class Subject:
    """``fault`` says why the statement has no tree: it is no good Lean after the header."""

    statement: Statement
    tree: Tree | None = None
    fault: str = ""

    @cached_property
    def forms(self) -> dict[Level, NormalForm]:
        return normal_forms(self.tree) if self.tree is not None else {}

    @cached_property
    def parts(self) -> list[int]:
        """How many hypotheses and conclusions each clause of the statement has."""
        if self.tree is None:
            return []
        return sorted(len(clause.literals) for clause in clauses(self.tree, Level.NOTATION))

    @cached_property
    def telescope(self) -> tuple[tuple[str | None, Tree], ...]:
        """The binders that a proof introduces, in order; without a name, a hypothesis."""
        if self.tree is None:
            return ()
        return tuple(
            (None if self._is_hypothesis(name, type_) else name, type_)
            for name, type_ in telescope(self.tree)
        )

    def _is_hypothesis(self, name: str | None, type_: Tree) -> bool:
        return name is None or type_[0] in ("all", "imp")

    @property
    def variables(self) -> tuple[tuple[str, Tree], ...]:
        return tuple((name, type_) for name, type_ in self.telescope if name is not None)


async def read_subjects(
    lean: LeanBackend,
    header: str,
    texts: Sequence[str],
    on_read: Callable[[int], None] | None = None,
) -> list[Subject]:
    """One for each theorem header, each read by itself, so that none pays for a slow one and a
    journal knows them again in another set; what takes too long is faulty. ``on_read`` is told how
    many have been read.

    Raises InputError for a text that is not exactly one theorem header without proof, and
    LeanError when the probe did not answer."""
    statements = [read_statement(text) for text in texts]
    slots = asyncio.Semaphore(lean.workers)
    done = 0

    async def one(statement: Statement) -> Subject:
        nonlocal done
        async with slots:
            subject = await read_subject(lean, header, statement)
        done += 1
        if on_read is not None:
            on_read(done)
        return subject

    return await all_of(one(statement) for statement in statements)


async def read_subject(lean: LeanBackend, header: str, statement: Statement) -> Subject:
    request = ProbeRequest(
        probe=PROBE,
        header=header,
        arguments={"propositions": [statement.proposition]},
        limits=PROBE_LIMITS,
    )
    answer = await lean.probe(request)
    if answer.status == "timeout":
        return Subject(statement, fault=f"not read in {PROBE_LIMITS.wall_seconds:g} s")
    if answer.status != "done":
        raise LeanError(f"the statement was not read: {answer.status} {answer.detail}".rstrip())
    (item,) = answer.data
    if "tree" in item:
        return Subject(statement, from_json(item["tree"]))
    return Subject(statement, fault=" ".join(str(item["error"]).split()))


async def all_of(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All results in order; the first error ends the others and is raised."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def require_good(subject: Subject) -> None:
    """Raises InputError for a statement that is no good Lean."""
    if subject.fault:
        raise InputError(f"the statement is not good Lean: {subject.fault[:300]}")
