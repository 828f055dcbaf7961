"""Equivalence of two formal statements, three-valued, on the kernel's word.

Two theorems are always equivalent as propositions: prove both. So a proof of each direction does
not make two statements the same. It must come with a reason that is too weak to prove either of
them: the same normal form at a level where neither is trivial, or equivalent hypotheses and
equivalent conclusions by a tactic that proves neither statement alone (``Level``).
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Literal, NamedTuple, Protocol

from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import CheckLimits, CheckRequest, LeanBackend
from proofloop.tools.lean.equivalence import scripts
from proofloop.tools.lean.equivalence.evidence import Evidence, Place, evaluated
from proofloop.tools.lean.equivalence.normal import Level, same_level
from proofloop.tools.lean.equivalence.separate import Separation, separate
from proofloop.tools.lean.equivalence.subject import Subject, read_subjects, require_good
from proofloop.tools.lean.portfolio import ProofResult, proof_text
from proofloop.tools.lean.report import LeanReport
from proofloop.tools.lean.tactics import Attempt
from proofloop.tools.lean.together import last_tried, stopped, together

HEARTBEATS = 8_000  # of one check
DIRECTION_HEARTBEATS = 16_000  # of all that is tried in one direction
EASY_HEARTBEATS = 500  # of a try that fails at once, in a check of several


class Prover(Protocol):
    """``Portfolio`` is one."""

    async def prove(
        self, statement: str, header: str = "", *, seconds: float = 60.0
    ) -> ProofResult: ...


class Equivalence(Frozen):
    """``forward`` (the first implies the second) and ``backward`` are whole theorems that the
    kernel accepted, or empty. ``level`` is the reason for which the statements are the same; with
    LOGIC they imply each other, and are not counted as the same. ``note`` is one line for people
    and for refiners. ``checks`` counts Lean checks."""

    verdict: Literal["equivalent", "different", "unknown"]
    level: Level | None = None
    forward: str = ""
    backward: str = ""
    separation: Separation | None = None
    note: str = ""
    checks: int = 0
    seconds: float = 0.0


async def equivalent(
    lean: LeanBackend,
    header: str,
    a: str,
    b: str,
    *,
    prover: Prover | None = None,
    seconds: float = 60.0,
) -> Equivalence:
    """Compare two theorem headers without proofs, read after the trusted ``header``.

    ``seconds`` bounds each direction (no check begins after it) and the search for a separating
    instance; with time enough, heartbeats bound a direction. With ``prover`` each direction that is
    still open is given to it for as long again. Raises InputError for a statement that is no good
    Lean, LeanError, LeanUnavailable."""
    first, second = await read_subjects(lean, header, [a, b])
    return await Comparer(lean, header, prover=prover, seconds=seconds).compare(first, second)


Way = Callable[[Subject, Subject], Awaitable[Equivalence | None]]


class Comparer:
    """Comparisons after one header; it remembers what was proved of single statements."""

    def __init__(
        self, lean: LeanBackend, header: str, *, prover: Prover | None = None, seconds: float = 60.0
    ) -> None:
        self._lean, self._header = lean, header
        self._prover, self._seconds = prover, seconds
        self._alone: dict[tuple[str, str], bool] = {}
        self._evidence: dict[tuple[str, str], Evidence] = {}
        self._checks = self._heartbeats = 0

    async def compare(self, a: Subject, b: Subject) -> Equivalence:
        """Raises InputError for a statement that is no good Lean."""
        return await self._first_of(
            a, b, self._by_form, self._apart, self._by_parts, self._one_is_false, self._by_logic
        )

    async def same(self, a: Subject, b: Subject) -> Equivalence:
        """Whether they say the same, and if not then nothing more: no search for what tells them
        apart, or for how they are related. Equivalent here is what it is for ``compare``."""
        return await self._first_of(a, b, self._by_form, self._by_parts)

    async def _first_of(self, a: Subject, b: Subject, *ways: Way) -> Equivalence:
        require_good(a)
        require_good(b)
        before, start = self._checks, time.monotonic()
        found = None
        for way in ways:
            if found := await way(a, b):
                break
        found = found or Equivalence(verdict="unknown", note="not proved the same")
        spent = {"checks": self._checks - before, "seconds": time.monotonic() - start}
        return found.model_copy(update=spent)

    async def _by_form(self, a: Subject, b: Subject) -> Equivalence | None:
        level = same_level(a.forms, b.forms)
        if level is None:
            return None
        way = scripts.form_alignment(a, b)
        back = {other: name for name, other in way.items()}
        forward = await self._first(a, b, "forward", scripts.same_form(a, b, way))
        backward = forward and await self._first(b, a, "backward", scripts.same_form(b, a, back))
        if not (forward and backward):
            note = f"the same {level.name.lower()} form, but not proved equivalent"
            return Equivalence(verdict="unknown", forward=forward, note=note)
        return Equivalence(
            verdict="equivalent",
            level=level,
            forward=forward,
            backward=backward,
            note=_WORDS[level],
        )

    async def _by_parts(self, a: Subject, b: Subject) -> Equivalence | None:
        if a.parts != b.parts:
            # A hypothesis that the others imply, and all that is left out here, may be what the
            # problem is about.
            return None
        evidence = await self._evaluated(a, b)
        alike = [way for way in scripts.likely_alignments(a, b) if not evidence.differ(way)]
        tactics: Sequence[str] = scripts.TACTICS if alike else ()
        if not (evidence.false(0) or evidence.false(1)):
            tactics = [each for each in tactics if not await self._may_prove_one(a, b, each)]
        ways = [(tactic, way) for tactic in tactics for way in alike]
        there = [scripts.by_parts(a, b, way, tactic) for tactic, way in ways]
        first = (await self._one_of(scripts.implication(a, b, "forward"), there)).first
        for tactic, way in ways[first:] if first is not None else ():
            back = {other: name for name, other in way.items()}
            here = scripts.by_parts(b, a, back, tactic)
            forward = await self._first(a, b, "forward", [scripts.by_parts(a, b, way, tactic)])
            backward = forward and await self._first(b, a, "backward", [here])
            if not (forward and backward) or await self._may_prove_one(a, b, tactic, parts=True):
                continue
            return Equivalence(
                verdict="equivalent",
                level=Level.PARTS,
                forward=forward,
                backward=backward,
                note=f"{_WORDS[Level.PARTS]} ({tactic})",
            )
        return None

    async def _apart(self, a: Subject, b: Subject) -> Equivalence | None:
        """Different only if every pairing of the variables has its separating values."""
        ways = scripts.alignments(a, b)
        evidence = await self._evaluated(a, b)
        if not all(evidence.difference(way) for way in ways or ()):
            return None
        found: Separation | None = None
        for way in ways or ():
            separation = await separate(
                self._lean, self._header, a, b, way, evidence, seconds=self._seconds
            )
            self._checks += 1
            if separation is None:
                return None
            found = found or separation
        if found is None:
            return None
        return Equivalence(verdict="different", separation=found, note=found.words())

    async def _one_is_false(self, a: Subject, b: Subject) -> Equivalence | None:
        """One is proved and the other refuted, whatever their variables have to do with each
        other."""
        evidence = await self._evaluated(a, b)
        for good, bad, holds, told in (
            (a, b, "first", evidence),
            (b, a, "second", evidence.swapped()),
        ):
            fails = told.fails[1]
            if told.false(0) or (fails is None and self._prover is None):
                continue
            tactic = await self._theorem(good)
            if not tactic and self._prover is None:
                continue
            refuted, values = await self._refuted(bad, fails)
            proof = refuted and await self._proof(good, tactic)
            if proof:
                names = [name.partition("~")[0] for name, _ in bad.variables]
                separation = Separation(
                    values=dict(zip(names, values, strict=True)) if values else {},
                    holds=holds,
                    proof=f"{proof}\n{refuted}",
                    whole=True,
                )
                return Equivalence(
                    verdict="different", separation=separation, note=separation.words()
                )
        return None

    async def _proof(self, subject: Subject, tactic: str) -> str:
        statement = f"theorem holds : {subject.statement.proposition}"
        if tactic:
            return await self._check(statement, scripts.alone(subject, tactic))
        return await self._searched(statement)

    async def _refuted(self, subject: Subject, fails: Place | None) -> tuple[str, tuple[str, ...]]:
        """A proof of the negation, and the values it rests on, if it does."""
        statement = f"theorem fails : ¬ ({subject.statement.proposition})"
        if fails is not None:
            script = scripts.refutation(subject, fails.values)
            if proof := await self._check(statement, script):
                return proof, fails.values
        return await self._searched(statement), ()

    async def _searched(self, statement: str) -> str:
        if self._prover is None:
            return ""
        result = await self._prover.prove(statement, self._header, seconds=self._seconds)
        return result.proof or ""

    async def _by_logic(self, a: Subject, b: Subject) -> Equivalence:
        """What can be said of two statements that are neither known as the same nor separated."""
        evidence = await self._evaluated(a, b)
        theorems = [
            "" if evidence.false(i) else await self._theorem(each) for i, each in enumerate((a, b))
        ]
        if all(theorems):
            note = (
                "both are proved, so each implies the other; nothing shows that they say the same"
            )
            proofs = [
                await self._first(*pair, [f"intro _\n{scripts.alone(pair[1], tactic)}"])
                for pair, tactic in (
                    ((a, b, "forward"), theorems[1]),
                    ((b, a, "backward"), theorems[0]),
                )
            ]
            level = Level.LOGIC if all(proofs) else None
            return Equivalence(
                verdict="unknown", level=level, forward=proofs[0], backward=proofs[1], note=note
            )
        forward = await self._implies(a, b, "forward", evidence)
        backward = await self._implies(b, a, "backward", evidence.swapped())
        both = bool(forward and backward)
        return Equivalence(
            verdict="unknown",
            level=Level.LOGIC if both else None,
            forward=forward,
            backward=backward,
            note=_direction(forward, backward),
        )

    async def _implies(self, a: Subject, b: Subject, name: str, evidence: Evidence) -> str:
        """A proof that uses the first statement at the second one's values, or the prover's."""
        tries = [
            scripts.pointwise(a, b, way, tactic)
            for way in scripts.likely_alignments(a, b)[:2]
            if not evidence.excludes(way)
            for tactic in scripts.TACTICS
        ]
        statement = scripts.implication(a, b, name)
        found = (await self._one_of(statement, tries, DIRECTION_HEARTBEATS)).first
        proof = "" if found is None else await self._check(statement, tries[found])
        return proof or await self._searched(statement)

    async def _evaluated(self, a: Subject, b: Subject) -> Evidence:
        pair = (a.statement.proposition, b.statement.proposition)
        if pair not in self._evidence:
            ways = scripts.likely_alignments(a, b)
            self._evidence[pair] = await evaluated(
                self._lean, self._header, a, b, ways, seconds=self._seconds
            )
        return self._evidence[pair]

    async def _theorem(self, subject: Subject) -> str:
        """The tactic that proves the statement, if one of those used here does."""
        for tactic in scripts.TACTICS:
            if await self._proves(subject, tactic):
                return tactic
        return ""

    async def _may_prove_one(
        self, a: Subject, b: Subject, tactic: str, *, parts: bool = False
    ) -> bool:
        """Whether the tactic proves one of the statements alone, by a part of it too with
        ``parts``; also where that was not found out, for what stopped a check is no answer."""
        for each in (a, b):
            if await self._proves(each, tactic) is not False:
                return True
            if parts and not (await self._one_of(*scripts.part_alone(each, tactic))).none:
                return True
        return False

    async def _proves(self, subject: Subject, tactic: str) -> bool | None:
        """None where it is not known. Most statements are proved by none of the tactics, which one
        check tells of all."""
        proposition = subject.statement.proposition
        left = scripts.TACTICS[scripts.TACTICS.index(tactic) :]
        if (proposition, tactic) not in self._alone:
            tries = [scripts.alone(subject, each) for each in left]
            found = await self._one_of(f"theorem alone : {proposition}", tries)
            if found.none:
                self._alone |= dict.fromkeys(((proposition, each) for each in left), False)
            elif found.first is not None:
                failed = left[: found.first] if found.whole else ()
                self._alone |= dict.fromkeys(((proposition, each) for each in failed), False)
                self._alone[proposition, left[found.first]] = True
        return self._alone.get((proposition, tactic))

    async def _first(self, a: Subject, b: Subject, name: str, tries: Iterable[str]) -> str:
        """The first script that proves that ``a`` implies ``b``, as a whole theorem."""
        deadline = time.monotonic() + self._seconds
        before = self._heartbeats
        statement = scripts.implication(a, b, name)
        for script in tries:
            # One check's own limit does not depend on the time left: a journal knows it again.
            used = self._heartbeats - before
            if time.monotonic() > deadline or used >= DIRECTION_HEARTBEATS:
                break
            if proof := await self._check(statement, script):
                return proof
        return ""

    async def _one_of(
        self, statement: str, tries: Sequence[str], most: int | None = None
    ) -> _Tried:
        """The first of the scripts that proves the statement, by as few checks as can be; none is
        begun after ``most`` heartbeats."""
        left = [Attempt(str(i), script) for i, script in enumerate(tries)]
        before, whole = self._heartbeats, True
        while left:
            if most is not None and self._heartbeats - before >= most:
                return _Tried(None, whole=False)
            limit = HEARTBEATS + EASY_HEARTBEATS * (len(left) - 1)
            report = await self._report(statement, together(left), limit)
            last = last_tried(report, left)
            if report.accepted and last is not None:
                return _Tried(int(last.name), whole)
            whole &= report.status == "done" and not report.accepted
            if not stopped(report) or last is None:
                break
            left = left[left.index(last) + 1 :]
        return _Tried(None, whole)

    async def _check(self, statement: str, script: str) -> str:
        report = await self._report(statement, script, HEARTBEATS)
        return proof_text(statement, script) if report.accepted else ""

    async def _report(self, statement: str, script: str, heartbeats: int) -> LeanReport:
        self._checks += 1
        report = await self._lean.check(
            CheckRequest(
                source=proof_text(statement, script),
                statement=statement,
                header=self._header,
                limits=CheckLimits(wall_seconds=self._seconds, heartbeats=heartbeats),
            )
        )
        self._heartbeats += report.heartbeats if report.status == "done" else heartbeats
        return report


class _Tried(NamedTuple):
    """Which of several scripts was the first to prove a statement; ``whole`` if those before it, or
    all, failed by themselves or ran out of heartbeats, and nothing else stopped a check."""

    first: int | None
    whole: bool

    @property
    def none(self) -> bool:
        return self.first is None and self.whole


_WORDS = {
    Level.ALPHA: "the same up to the names of bound variables",
    Level.STRUCTURE: "the same up to order of binders, currying and mirrored relations",
    Level.NOTATION: "the same once notations and defined notions are unfolded",
    Level.ARITHMETIC: "the same up to ring arithmetic and moving terms across relations",
    Level.PARTS: "equivalent hypotheses and equivalent conclusions",
}


def _direction(forward: str, backward: str) -> str:
    if forward and backward:
        return "each implies the other; nothing shows that they say the same"
    if forward:
        return "the first implies the second; the converse was not proved"
    if backward:
        return "the second implies the first; the converse was not proved"
    return "neither proved the same nor separated"
