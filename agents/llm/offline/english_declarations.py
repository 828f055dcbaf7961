"""What the phrases of english.lark that declare mean: "positive integers $a$ and $b$"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from proofloop.agents.llm.offline.english_numbers import Numbers
from proofloop.agents.llm.offline.forms import (
    And,
    Arrow,
    Formula,
    Rel,
    Sort,
    Term,
    Var,
    free_names,
)
from proofloop.agents.llm.offline.kinds import (
    make_kind,
)
from proofloop.agents.llm.offline.math_reader import Member, SetName, Signature
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.syntax import (
    HOLE,
    Declaration,
    Kind,
)


class Declarations(Numbers):
    """Kinds of numbers, and the names that are given to them."""

    def name(self, variable: Var) -> str:
        return variable.name

    def names(self, *names: str) -> tuple[str, ...]:
        return names

    def declared(self, kind: Kind, named: Declaration, such: Any = ()) -> Declaration:
        return Declaration(named.names, kind, named.such + such)

    def declared_formula(self, formula: Formula, such: Any = ()) -> Declaration:
        return with_conditions(about(formula), such)

    def declared_names(self, names: tuple[str, ...], such: Any = ()) -> Declaration:
        return Declaration(names, None, such)

    def declared_member(self, *parts: Any) -> Declaration:
        """``n ∈ ℕ``, ``x, y ∈ ℤ``, ``a and b in ℚ``, with conditions or without."""
        names: tuple[str, ...] = ()
        declaration: Declaration | None = None
        such: tuple[Formula, ...] = ()
        for part in parts:
            if isinstance(part, Member):
                declaration = Declaration((*names, part.name), kind_of_set(part.set))
            elif isinstance(part, Declaration):
                declaration = part
            elif declaration is None:
                names = part
            else:
                such = part
        assert declaration is not None
        return with_conditions(declaration, such)

    def in_set(self, names: tuple[str, ...], members: SetName) -> Declaration:
        return Declaration(names, kind_of_set(members.set))

    def named(self, first: Any, second: Any = None) -> Declaration:
        """``n``, ``x and y``, ``n ≥ 4``, ``m, n > 1``, ``n ∈ ℕ``"""
        names = first if isinstance(first, tuple) else ()
        last = second if second is not None else first
        if isinstance(last, tuple):
            return Declaration(names, None)
        if isinstance(last, Member):
            return Declaration((*names, last.name), None)
        introduced = about(last)
        return Declaration((*names, *introduced.names), None, introduced.such)

    def such(self, facts: Any) -> tuple[Formula, ...]:
        return tuple(facts)

    def range_compared(self, comparison: Any, bound: Term) -> tuple[Formula, ...]:
        return (Rel(comparison, HOLE, bound),)

    def range_between(self, low: Term, high: Term) -> tuple[Formula, ...]:
        return (Rel("≤", low, HOLE), Rel("≤", HOLE, high))

    def kind(self, *parts: Any) -> Kind:
        count = next((part for part in parts if isinstance(part, int)), 0)
        *adjectives, noun = (part for part in parts if isinstance(part, str))
        kind = make_kind(adjectives, noun, count)
        ranges = [part for part in parts if isinstance(part, tuple)]
        return replace(kind, constraints=(*kind.constraints, *(c for r in ranges for c in r)))

    def function_unknown(self, *names: str) -> Declaration:
        return Declaration(names, None)

    def function_sets(self, name: str, domain: Any, codomain: Any = None) -> Declaration:
        target = codomain if codomain is not None else domain
        return Declaration(
            (name,), None, (), Arrow((sort_of_members(domain),), sort_of_members(target))
        )

    def function_signature(self, signature: Signature) -> Declaration:
        arrow = Arrow((sort_of_set(signature.domain),), sort_of_set(signature.codomain))
        return Declaration((signature.name,), None, (), arrow)

    def sequence_kind(self, *parts: Any) -> Declaration:
        names = tuple(part for part in parts if isinstance(part, str))
        kinds = [part for part in parts if isinstance(part, Kind)]
        arrow = Arrow((Sort.NAT,), sort_of_members(kinds[0])) if kinds else None
        return Declaration(names, None, (), arrow)

    def function_set(self, members: Kind | SetName) -> Kind | SetName:
        return members


def with_conditions(declaration: Declaration, such: tuple[Formula, ...]) -> Declaration:
    return Declaration(
        declaration.names, declaration.kind, declaration.such + tuple(such), declaration.arrow
    )


def about(formula: Formula) -> Declaration:
    """The variable that "for all n ≥ 3" quantifies: the only one, or the one on the left."""
    names = free_names(formula)
    first = formula.parts[0] if isinstance(formula, And) else formula
    if len(names) == 1:
        return Declaration((next(iter(names)),), None, (formula,))
    if isinstance(first, Rel) and isinstance(first.left, Var) and first is formula:
        return Declaration((first.left.name,), None, (formula,))
    raise Refusal("it is not clear which variable this introduces")


def kind_of_set(name: str) -> Kind:
    nouns = {"ℕ": "natural", "ℤ": "integer", "ℚ": "rational", "ℝ": "real", "ℂ": "real"}
    return make_kind(["positive"] if name.endswith("+") else [], nouns[name[0]])


def sort_of_set(name: str) -> Sort:
    return sort_of_members(kind_of_set(name))


def sort_of_members(members: Kind | SetName) -> Sort:
    """The sort of all numbers of a kind, where there is one."""
    kind = kind_of_set(members.set) if isinstance(members, SetName) else members
    sorts = {"integer": Sort.INT, "natural": Sort.NAT, "rational": Sort.RAT}
    if kind == make_kind(["nonnegative"], "integer"):
        return Sort.NAT
    if kind.constraints or kind.noun not in sorts:
        raise Refusal("functions on this set of numbers are not in the grammar")
    return sorts[kind.noun]
