"""A statement ready to be compared: its text taken apart, its tree, its normal forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from proofloop.core.errors import InputError, LeanError
from proofloop.tools.lean.backend import CheckLimits, LeanBackend, ProbeRequest
from proofloop.tools.lean.equivalence.normal import Level, NormalForm, clauses, normal_forms
from proofloop.tools.lean.equivalence.statement import Statement, read_statement
from proofloop.tools.lean.equivalence.tree import Tree, from_json, telescope

PROBE = "tree"
PROBE_LIMITS = CheckLimits(wall_seconds=60.0, heartbeats=100_000)


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


async def read_subjects(lean: LeanBackend, header: str, texts: Sequence[str]) -> list[Subject]:
    """One for each theorem header, all elaborated by one probe, or where that takes too long each
    by one; what takes too long alone is faulty.

    Raises InputError for a text that is not exactly one theorem header without proof, and
    LeanError when the probe did not answer."""
    statements = [read_statement(text) for text in texts]
    request = ProbeRequest(
        probe=PROBE,
        header=header,
        arguments={"propositions": [each.proposition for each in statements]},
        limits=PROBE_LIMITS,
    )
    answer = await lean.probe(request)
    if answer.status == "timeout":
        if len(texts) == 1:
            return [Subject(statements[0], fault=f"not read in {PROBE_LIMITS.wall_seconds:g} s")]
        return [each for text in texts for each in await read_subjects(lean, header, [text])]
    if answer.status != "done":
        raise LeanError(f"the statements were not read: {answer.status} {answer.detail}".rstrip())
    subjects = []
    for statement, item in zip(statements, answer.data, strict=True):
        if "tree" in item:
            subjects.append(Subject(statement, from_json(item["tree"])))
        else:
            subjects.append(Subject(statement, fault=" ".join(str(item["error"]).split())))
    return subjects


def require_good(subject: Subject) -> None:
    """Raises InputError for a statement that is no good Lean."""
    if subject.fault:
        raise InputError(f"the statement is not good Lean: {subject.fault[:300]}")
