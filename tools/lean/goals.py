"""The states of a proof: goals before and after each tactic, errors at the tactic that failed,
holes as theorems of their own.

It comes from the probe ``goals`` (lean/probes/ProofloopProbes/Goals.lean): advice for provers and
people. A text's metaprograms can forge it; whether a proof stands only a check says.
"""

from __future__ import annotations

from typing import Self

from pydantic import NonNegativeInt, model_validator

from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import CheckLimits, LeanBackend, ProbeRequest
from proofloop.tools.lean.probes import ask


class Hypothesis(Frozen):
    """``value`` is that of a ``let``; ``name`` has a dagger where it cannot be written."""

    name: str
    type: str
    value: str | None = None


class Goal(Frozen):
    """``text`` is the whole goal as Lean shows it; ``case`` its name, or empty."""

    target: str
    text: str
    case: str = ""
    hypotheses: tuple[Hypothesis, ...] = ()


class Place(Frozen):
    """Lines count from 1, columns from 0 in code points; the end is the first place after."""

    line: int
    column: int
    end_line: int
    end_column: int


class Step(Place):
    """One run of one tactic. ``depth`` counts the tactics that it is inside of; ``before`` and
    ``after`` are indices of ``ProofTrace.goals``. A tactic that failed leaves what it found."""

    tactic: str
    depth: int
    before: tuple[NonNegativeInt, ...]
    after: tuple[NonNegativeInt, ...]


class ProofError(Place):
    """``step`` is the index of the innermost tactic that failed, None where it was no tactic
    (an unsolved goal at the end, a wrong statement); ``goals`` what it failed on or left."""

    text: str
    step: NonNegativeInt | None
    goals: tuple[NonNegativeInt, ...]


class Hole(Place):
    """A ``sorry``. ``statement`` is its goal as a theorem ``hole_1``, ``hole_2``, ... without a
    proof, which Lean reads back as that goal in the place of the hole (the header, and what the
    text declares before); empty where there is none such."""

    goal: NonNegativeInt
    statement: str


class ProofTrace(Frozen):
    goals: tuple[Goal, ...]
    steps: tuple[Step, ...]
    errors: tuple[ProofError, ...]
    holes: tuple[Hole, ...]

    @model_validator(mode="after")
    def _indices_point_somewhere(self) -> Self:
        used = [index for step in self.steps for index in (*step.before, *step.after)]
        used += [index for error in self.errors for index in error.goals]
        used += [hole.goal for hole in self.holes]
        failed = [error.step for error in self.errors if error.step is not None]
        if any(index >= len(self.goals) for index in used):
            raise ValueError("a goal that is not there")
        if any(index >= len(self.steps) for index in failed):
            raise ValueError("a step that is not there")
        return self

    def goals_at(self, indices: tuple[int, ...]) -> tuple[Goal, ...]:
        return tuple(self.goals[index] for index in indices)

    def failed_step(self, error: ProofError) -> Step | None:
        return None if error.step is None else self.steps[error.step]


async def trace_proof(
    lean: LeanBackend, source: str, *, header: str = "", limits: CheckLimits | None = None
) -> ProofTrace:
    """The states of the proofs in ``source``, which may have errors. Raises ProbeFailed."""
    request = ProbeRequest(
        probe="goals", source=source, header=header, limits=limits or CheckLimits()
    )
    return await ask(lean, request, ProofTrace)
