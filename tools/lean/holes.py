"""The holes of a proof: each ``sorry`` as a statement of its own, and the proof with them filled.

A hole's statement closes over the hypotheses where it stands; the filled proof calls a theorem of
that statement with them. What Lean says of holes is advice: the filled proof is checked as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from proofloop.tools.lean.backend import CheckLimits, LeanBackend
from proofloop.tools.lean.goals import Goal, Place, ProofTrace, trace_proof
from proofloop.tools.lean.goals import Hole as TracedHole
from proofloop.tools.lean.lemmas import name_of, renamed

HIDDEN = "✝"  # Lean marks names that cannot be written


class Hole(Place):
    """One ``sorry``, a ``tactic`` or a term. ``statement`` is the hole as the theorem ``name``, or
    "" where Lean cannot state it by itself."""

    tactic: bool
    goal: Goal
    name: str
    statement: str

    @property
    def place(self) -> tuple[int, int, int, int]:
        return (self.line, self.column, self.end_line, self.end_column)


async def find_holes(
    lean: LeanBackend, source: str, header: str, *, name: str, limits: CheckLimits
) -> tuple[Hole, ...]:
    """The holes of ``source``, as theorems ``name_hole_1`` and so on. Raises ProbeFailed."""
    trace = await trace_proof(lean, source, header=header, limits=limits)
    return tuple(
        _hole(trace, item, f"{name}_hole_{number}") for number, item in enumerate(trace.holes, 1)
    )


def _hole(trace: ProofTrace, item: TracedHole, name: str) -> Hole:
    place = {key: getattr(item, key) for key in Place.model_fields}
    at = (item.line, item.column)
    return Hole(
        **place,
        tactic=any(
            (step.line, step.column) == at for step in trace.steps if step.tactic == "sorry"
        ),
        goal=trace.goals[item.goal],
        name=name,
        statement=renamed(item.statement, name_of(item.statement), name),
    )


def fill(source: str, holes: Sequence[Hole], proofs: Mapping[str, str]) -> str:
    """``source`` with its holes filled from ``proofs``, whole theorems by the names of the holes.
    Each stands before the text in a namespace of its own, so that no two proofs share names."""
    lines = source.splitlines()
    places = groupby(sorted(holes, key=lambda hole: hole.place), key=lambda hole: hole.place)
    for place, group in reversed([(place, list(group)) for place, group in places]):
        line, column, end_line, end_column = place
        call = " | ".join(way for hole in group for way in ways(hole))
        text = f"(first | {call})" if group[0].tactic else f"(by first | {call})"
        whole = lines[line - 1][:column] + text + lines[end_line - 1][end_column:]
        lines[line - 1 : end_line] = [whole]
    lemmas = [
        f"namespace {space(name)}\n{proof.strip()}\nend {space(name)}"
        for name, proof in proofs.items()
    ]
    return "\n\n".join([*lemmas, "\n".join(lines)]) + "\n"


def ways(hole: Hole) -> list[str]:
    """Tactics that use the hole's theorem at the hole, from the surest to the loosest."""
    theorem = f"{space(hole.name)}.{hole.name}"
    names = [each.name for each in hole.goal.hypotheses if each.value is None]

    def applied(hidden: str) -> str:
        arguments = [hidden if HIDDEN in name else name for name in names]
        return " ".join([f"exact @{theorem}", *arguments])

    loose = f"(apply {theorem} <;> assumption)"
    return list(dict.fromkeys([applied("_"), applied("(by assumption)"), loose]))


def space(name: str) -> str:
    return f"{name}_proof"
