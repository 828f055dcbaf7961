"""Satisfiability of small clause sets: DPLL with unit propagation (Davis, Logemann, Loveland 1962).

What it finds is only a guess for Lean to check, so nothing rests on it; a solver of its own keeps
a compiled dependency out for formulas of some hundred variables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

Clause = frozenset[int]
MOST_DECISIONS = 4000


class GaveUp(Exception):
    """More decisions than ``MOST_DECISIONS``."""


def solve(clauses: Iterable[Iterable[int]]) -> dict[int, bool] | None:
    """Values of the variables (positive numbers; a negative one is a negation) with which every
    clause holds, variables that do not matter left out; None where there are none. Raises
    GaveUp."""
    stack: list[tuple[list[Clause], dict[int, bool]]] = [
        ([frozenset(clause) for clause in clauses], {})
    ]
    decisions = 0
    while stack:
        left, values = stack.pop()
        simplified = propagate(left, values)
        if simplified is None:
            continue
        if not simplified:
            return values
        decisions += 1
        if decisions > MOST_DECISIONS:
            raise GaveUp
        literal = most_frequent(simplified)
        # The branch taken first is the one pushed last.
        for choice in (-literal, literal):
            stack.append(([*simplified, frozenset([choice])], dict(values)))
    return None


def propagate(clauses: list[Clause], values: dict[int, bool]) -> list[Clause] | None:
    """The clauses left after all unit clauses; ``values`` gets theirs. None for a contradiction."""
    while units := {literal for clause in clauses if len(clause) == 1 for literal in clause}:
        if any(-literal in units for literal in units):
            return None
        values.update({abs(literal): literal > 0 for literal in units})
        false = {-literal for literal in units}
        clauses = [clause - false for clause in clauses if not clause & units]
        if any(not clause for clause in clauses):
            return None
    return clauses


def most_frequent(clauses: list[Clause]) -> int:
    """The literal of the shortest clauses that stands in most of them; the smallest of several."""
    shortest = min(len(clause) for clause in clauses)
    counts = Counter(literal for clause in clauses if len(clause) == shortest for literal in clause)
    return min(counts, key=lambda literal: (-counts[literal], abs(literal), literal))
