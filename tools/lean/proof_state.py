"""Proof states that can be continued: a statement, the tactics so far, and what is left to prove.

A state is a value and holds all that it takes to come back to it: each call elaborates the tactics
so far anew, so a worker that hangs or dies takes nothing with it. From one state many tactics are
tried in one call (lean/probes/ProofloopProbes/Tactics.lean). A finished state's ``proof`` is a
candidate like any other: only a check accepts it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from proofloop.core.errors import InputError, ProbeFailed
from proofloop.core.journal import fingerprint
from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import CheckLimits, LeanBackend, ProbeRequest
from proofloop.tools.lean.goals import Goal
from proofloop.tools.lean.probes import ask

REST = "all_goals sorry"  # stands for the rest of the proof
_UNNAMED = re.compile(r"\?[\w.]*\.\d+|✝[⁰¹²³⁴⁵⁶⁷⁸⁹]*")


class ProofState(Frozen):
    """``header`` is trusted Lean text (imports, ``open``), ``statement`` a theorem without its
    proof; ``tactics`` what has been done, ``goals`` what is left, the next tactic's first."""

    header: str
    statement: str
    goals: tuple[Goal, ...]
    tactics: tuple[str, ...] = ()

    @property
    def finished(self) -> bool:
        return not self.goals

    @property
    def proof(self) -> str:
        """The theorem with its proof, to be checked after ``header``."""
        return proof_text(self.statement, self.tactics)

    @property
    def key(self) -> str:
        """Equal for states with the same goals, however they were reached: names of cases and
        the numbers that Lean gives to what has no name are left out."""
        return fingerprint([canonical(goal) for goal in self.goals])


class Outcome(Frozen):
    """What became of one tactic: a new state, or the error that it failed with."""

    tactic: str
    state: ProofState | None = None
    error: str = ""

    @property
    def finished(self) -> bool:
        return self.state is not None and self.state.finished


class _Tried(Frozen):
    error: str
    goals: tuple[Goal, ...]


class _Answer(Frozen):
    error: str
    goals: tuple[Goal, ...]
    outcomes: tuple[_Tried, ...]


async def start(
    lean: LeanBackend, header: str, statement: str, *, limits: CheckLimits | None = None
) -> ProofState:
    """The state before any tactic. Raises InputError for a statement that is not good Lean, and
    ProbeFailed."""
    answer = await _ask(lean, header, statement, (), (), limits or CheckLimits())
    if answer.error:
        raise InputError(f"the statement is not good Lean: {_one_line(answer.error)}")
    return ProofState(header=header, statement=statement, goals=answer.goals)


async def step(
    lean: LeanBackend,
    state: ProofState,
    tactics: Sequence[str],
    *,
    limits: CheckLimits | None = None,
) -> tuple[Outcome, ...]:
    """What each of ``tactics`` makes of ``state``, each tried from it alone, in the order given.

    A text may be several tactics in lines. The limits hold for each: heartbeats in Lean, and where
    the time is over or Lean dies, the texts are tried once more one by one, so that only the
    culprit fails. Raises ProbeFailed where ``state`` itself cannot be reached."""
    limits = limits or CheckLimits()
    texts = [textwrap.dedent(tactic.strip("\n")).strip() for tactic in tactics]
    if not texts:
        return ()
    try:
        answer = await _ask(lean, state.header, state.statement, state.tactics, texts, limits)
    except ProbeFailed as error:
        if len(texts) == 1:
            return (Outcome(tactic=texts[0], error=str(error)),)
        alone = [await step(lean, state, [text], limits=limits) for text in texts]
        return tuple(outcome for outcomes in alone for outcome in outcomes)
    if answer.error or len(answer.outcomes) != len(texts):
        raise ProbeFailed(f"no such state: {_one_line(answer.error)}")
    return tuple(
        _outcome(state, text, tried) for text, tried in zip(texts, answer.outcomes, strict=True)
    )


def proof_text(statement: str, tactics: Sequence[str]) -> str:
    """``statement`` proved by ``tactics``, one below the other."""
    lines = [textwrap.indent(tactic, "  ", lambda line: True) for tactic in tactics]
    # a line of its own: the statement may end in a comment
    return "\n".join([statement.rstrip(), "  := by", *lines])


def canonical(goal: Goal) -> str:
    """A goal without the name of its case, unnamed things numbered in their order."""
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        return f"?{numbers.setdefault(match.group(), len(numbers))}"

    facts = [
        f"{h.name} : {h.type}" + (f" := {h.value}" if h.value else "") for h in goal.hypotheses
    ]
    return _UNNAMED.sub(number, "\n".join([*facts, f"⊢ {goal.target}"]))


async def _ask(
    lean: LeanBackend,
    header: str,
    statement: str,
    done: Sequence[str],
    tactics: Sequence[str],
    limits: CheckLimits,
) -> _Answer:
    source = proof_text(statement, [*done, REST])
    request = ProbeRequest(
        probe="tactics",
        header=header,
        source=source,
        arguments={"tactics": list(tactics), "line": source.count("\n") + 1},
        limits=limits,
    )
    return await ask(lean, request, _Answer)


def _outcome(state: ProofState, tactic: str, tried: _Tried) -> Outcome:
    if tried.error:
        return Outcome(tactic=tactic, error=tried.error)
    done = (*state.tactics, tactic)
    return Outcome(
        tactic=tactic, state=state.model_copy(update={"goals": tried.goals, "tactics": done})
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
