"""What the stated inequalities say at once: lower bounds of variables and of linear terms.

Only used to decide whether a difference of natural numbers can be negative, so every answer here
is either certain or "not known".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from proofloop.agents.llm.offline.evaluate import Undefined, value_of
from proofloop.agents.llm.offline.forms import (
    Call,
    Cast,
    Formula,
    Neg,
    Num,
    Op,
    Pow,
    Pred,
    Rel,
    Term,
    Var,
    conjuncts,
    free_names,
)

_FLIP = {"<": ">", ">": "<", "≤": "≥", "≥": "≤", "=": "=", "≠": "≠"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """``facts`` are formulas known to hold; ``naturals`` variables that are at least 0."""

    facts: tuple[Formula, ...] = ()
    naturals: frozenset[str] = frozenset()

    def and_know(self, facts: Iterable[Formula], naturals: Iterable[str] = ()) -> Bounds:
        return Bounds(self.facts + tuple(conjuncts(*facts)), self.naturals.union(naturals))

    def without(self, names: Iterable[str]) -> Bounds:
        """For a scope in which these names mean something else."""
        hidden = frozenset(names)
        facts = tuple(fact for fact in self.facts if not hidden & free_names(fact))
        return Bounds(facts, self.naturals - hidden)

    def least(self, name: str, beyond: frozenset[str] = frozenset()) -> Fraction | None:
        """The best lower bound of a variable that is known without the variables ``beyond``."""
        natural = name in self.naturals
        found = [Fraction(0)] if natural else []
        for fact in self.facts:
            if fact == Pred("prime", Var(name)):
                found.append(Fraction(2))
            elif isinstance(fact, Rel):
                for op, left, right in _both_ways(fact):
                    if left != Var(name) or op not in (">", "≥", "="):
                        continue
                    bound = constant(right)
                    if isinstance(right, Var) and right.name not in beyond:
                        bound = self.least(right.name, beyond | {name})
                    if bound is not None:
                        found.append(Fraction(floor(bound) + 1) if natural and op == ">" else bound)
        return max(found, default=None)

    def positive(self, term: Term) -> bool:
        """Whether ``term`` is certainly greater than 0, be it an integer or not."""
        match term:
            case Var(name) if any(self._is_above_zero(fact, name) for fact in self.facts):
                return True
            case Op("+", left, right):
                one, other = self.positive(left), self.positive(right)
                if (one and (other or self.nonnegative(right))) or (
                    other and self.nonnegative(left)
                ):
                    return True
            case Op("*", left, right):
                return self.positive(left) and self.positive(right)
            case Pow(base, _):
                return self.positive(base)
        return self.at_least(term, 1)

    @staticmethod
    def _is_above_zero(fact: Formula, name: str) -> bool:
        if not isinstance(fact, Rel):
            return False
        for op, left, right in _both_ways(fact):
            bound = constant(right)
            if op == ">" and left == Var(name) and bound is not None and bound >= 0:
                return True
        return False

    def nonnegative(self, term: Term) -> bool:
        """Whether ``term`` is certainly at least 0."""
        return self.at_least(term, 0)

    def at_least(self, term: Term, bound: int) -> bool:
        low = self.lower(term)
        return (low is not None and low >= bound) or self._linear_at_least(term, bound)

    def lower(self, term: Term) -> Fraction | None:
        """A lower bound found from the outside in, for terms that are not linear too."""
        match term:
            case Num(value):
                return Fraction(value)
            case Var(name):
                return self.least(name)
            case Op("+" | "*" as op, left, right):
                one, other = self.lower(left), self.lower(right)
                if one is None or other is None:
                    return None
                if op == "+":
                    return one + other
                return one * other if one >= 0 and other >= 0 else None
            case Pow(base, _):
                low = self.lower(base)
                return min(low, Fraction(1)) if low is not None and low >= 0 else None
            case Call("factorial"):
                return Fraction(1)
        return None

    def _linear_at_least(self, term: Term, bound: int) -> bool:
        linear = linear_form(term)
        if linear is None:
            return False
        weights, total = linear
        weights, gained = self._cancel_differences(weights)
        total += gained
        for name, weight in weights.items():
            least = self.least(name)
            if weight < 0 or least is None:
                return False
            total += weight * least
        return total >= bound

    def _cancel_differences(
        self, weights: dict[str, Fraction]
    ) -> tuple[dict[str, Fraction], Fraction]:
        """Takes y - x out where x ≤ y (or x < y) is known."""
        weights, gained = dict(weights), Fraction(0)
        for fact in self.facts:
            if not isinstance(fact, Rel):
                continue
            for op, small, large in _both_ways(fact):
                if op in ("<", "≤") and isinstance(small, Var) and isinstance(large, Var):
                    while weights.get(small.name, 0) <= -1 and weights.get(large.name, 0) >= 1:
                        weights[small.name] += 1
                        weights[large.name] -= 1
                        integers = {small.name, large.name} <= self.naturals
                        gained += op == "<" and integers
        return {name: weight for name, weight in weights.items() if weight}, gained


def _both_ways(fact: Rel) -> Iterable[tuple[str, Term, Term]]:
    yield fact.op, fact.left, fact.right
    yield _FLIP[fact.op], fact.right, fact.left


def constant(term: Term) -> Fraction | None:
    """The value of a term without variables, where it can be computed."""
    try:
        return value_of(term, {})
    except Undefined:
        return None


def linear_form(term: Term) -> tuple[dict[str, Fraction], Fraction] | None:
    """``2n - k + 1`` as ({n: 2, k: -1}, 1); None for what is not linear."""
    match term:
        case Num(value):
            return {}, Fraction(value)
        case Var(name):
            return {name: Fraction(1)}, Fraction(0)
        case Cast(inner):
            return linear_form(inner)
        case Neg(inner):
            return _combine({}, Fraction(0), linear_form(inner), Fraction(-1))
        case Op("+" | "-", left, right):
            one = linear_form(left)
            sign = Fraction(1 if term.op == "+" else -1)
            return None if one is None else _combine(*one, linear_form(right), sign)
        case Op("*", left, right):
            for factor, other in ((left, right), (right, left)):
                scale = constant(factor)
                if scale is not None:
                    return _combine({}, Fraction(0), linear_form(other), scale)
    known = constant(term)
    return None if known is None else ({}, known)


def _combine(
    weights: dict[str, Fraction],
    total: Fraction,
    other: tuple[dict[str, Fraction], Fraction] | None,
    scale: Fraction,
) -> tuple[dict[str, Fraction], Fraction] | None:
    if other is None:
        return None
    result = dict(weights)
    for name, weight in other[0].items():
        result[name] = result.get(name, Fraction(0)) + scale * weight
    return {n: w for n, w in result.items() if w}, total + scale * other[1]
