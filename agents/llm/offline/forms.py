"""The logical form: what an English sentence and a Lean statement are both read into.

Terms, formulas and statements are frozen dataclasses. ``sort`` fields are None as long as only
the text has been read; ``elaborate`` fills them in and makes every change of sort a ``Cast``.

    term      Num  Var  Cast  Neg  Op  Pow  Call  Apply  Dots  Big  Card
    set       Interval  Divisors  Filter
    formula   Rel  Divides  Cong  Pred  Not  And  Or  Implies  Iff  Quant  Least  Truth
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Literal, TypeVar


class Node:
    """Anything in a form."""

    __slots__ = ()


class Term(Node):
    __slots__ = ()


class Set(Node):
    """A finite set of numbers."""

    __slots__ = ()


class Formula(Node):
    __slots__ = ()


class Sort(StrEnum):
    """The sorts of the fragment, each inside the next."""

    NAT = "ℕ"
    INT = "ℤ"
    RAT = "ℚ"

    def within(self, other: Sort) -> bool:
        return _ORDER.index(self) <= _ORDER.index(other)


_ORDER = [Sort.NAT, Sort.INT, Sort.RAT]


def join(*sorts: Sort | None) -> Sort | None:
    """The smallest sort that holds all the known ones; None when none is known."""
    known = [sort for sort in sorts if sort is not None]
    return max(known, key=_ORDER.index) if known else None


@dataclass(frozen=True, slots=True)
class Arrow:
    """The sort of a function: ``ℕ → ℤ`` is ``Arrow((NAT,), INT)``."""

    arguments: tuple[Sort, ...]
    result: Sort


@dataclass(frozen=True, slots=True)
class Num(Term):
    value: int
    sort: Sort | None = None


@dataclass(frozen=True, slots=True)
class Var(Term):
    name: str
    sort: Sort | None = None


@dataclass(frozen=True, slots=True)
class Cast(Term):
    term: Term
    sort: Sort


@dataclass(frozen=True, slots=True)
class Neg(Term):
    term: Term


@dataclass(frozen=True, slots=True)
class Op(Term):
    """``/`` is exact division (so it lives in ℚ), ``//`` and ``%`` quotient and remainder."""

    op: Literal["+", "-", "*", "/", "//", "%"]
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Pow(Term):
    base: Term
    exponent: Term


@dataclass(frozen=True, slots=True)
class Call(Term):
    """A named function of the prelude: gcd, lcm, factorial, choose, abs, num, den."""

    function: str
    arguments: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Apply(Term):
    """A function variable applied; ``sort`` is that of the result."""

    function: str
    arguments: tuple[Term, ...]
    sort: Sort | None = None


@dataclass(frozen=True, slots=True)
class Dots(Term):
    """The dots of ``1 + 2 + ... + 9``; gone once the sum is understood."""


@dataclass(frozen=True, slots=True)
class Interval(Set):
    """The numbers ``low ≤ k < stop``."""

    low: Term
    stop: Term


@dataclass(frozen=True, slots=True)
class Divisors(Set):
    """The positive divisors of a natural number; ``proper`` leaves the number itself out."""

    of: Term
    proper: bool = False


@dataclass(frozen=True, slots=True)
class Filter(Set):
    index: Var
    domain: Set
    condition: Formula


@dataclass(frozen=True, slots=True)
class Big(Term):
    """``∑`` or ``∏`` of ``body`` for ``index`` in ``domain``."""

    op: Literal["∑", "∏"]
    index: Var
    domain: Set
    body: Term


@dataclass(frozen=True, slots=True)
class Card(Term):
    domain: Set


@dataclass(frozen=True, slots=True)
class Truth(Formula):
    value: bool


@dataclass(frozen=True, slots=True)
class Rel(Formula):
    op: Literal["=", "≠", "<", "≤", ">", "≥"]
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Divides(Formula):
    divisor: Term
    term: Term


@dataclass(frozen=True, slots=True)
class Cong(Formula):
    left: Term
    right: Term
    modulus: Term


@dataclass(frozen=True, slots=True)
class Pred(Formula):
    """``name`` is even, odd, prime or integer (a rational that is one)."""

    name: str
    term: Term


@dataclass(frozen=True, slots=True)
class Not(Formula):
    formula: Formula


@dataclass(frozen=True, slots=True)
class And(Formula):
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or(Formula):
    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Implies(Formula):
    premise: Formula
    conclusion: Formula


@dataclass(frozen=True, slots=True)
class Iff(Formula):
    left: Formula
    right: Formula


@dataclass(frozen=True, slots=True)
class Binder(Node):
    name: str
    sort: Sort | Arrow


@dataclass(frozen=True, slots=True)
class Quant(Formula):
    quantifier: Literal["∀", "∃", "∃!"]
    binder: Binder
    body: Formula


@dataclass(frozen=True, slots=True)
class Least(Formula):
    """``value`` is the least (or greatest) ``index`` with ``condition``."""

    kind: Literal["least", "greatest"]
    index: Binder
    condition: Formula
    value: Term


@dataclass(frozen=True, slots=True)
class Statement:
    """``theorem (binders) (hypotheses) : goal``."""

    binders: tuple[Binder, ...]
    hypotheses: tuple[Formula, ...]
    goal: Formula


N = TypeVar("N", bound=Node)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below, in the order of the fields."""
    for field in fields(node):  # type: ignore[arg-type]  # every node is a dataclass
        value = getattr(node, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Node):
                yield part


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from walk(child)


def depth(node: Node) -> int:
    return 1 + max(map(depth, children(node)), default=0)


def rebuild(node: N, change: Callable[[Any], Any]) -> N:
    """``node`` with ``change`` done to each node directly below."""

    def changed(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(changed(part) for part in value)
        return change(value) if isinstance(value, Node) else value

    return type(node)(*(changed(getattr(node, f.name)) for f in fields(node)))  # type: ignore[arg-type]


def free_names(node: Node) -> frozenset[str]:
    """Names of variables and functions that no quantifier, sum or set inside binds. A node of
    another module that binds names over all of itself lists them as ``binds``."""
    match node:
        case Var(name):
            return frozenset({name})
        case Apply(function, arguments):
            return frozenset({function}).union(*(free_names(part) for part in arguments))
        case Quant(_, binder, body):
            return free_names(body) - {binder.name}
        case Least(_, index, condition, value):
            return (free_names(condition) - {index.name}) | free_names(value)
        case Big(_, index, domain, body):
            return free_names(domain) | (free_names(body) - {index.name})
        case Filter(index, domain, condition):
            return free_names(domain) | (free_names(condition) - {index.name})
    bound = frozenset(getattr(node, "binds", ()))
    return frozenset().union(*(free_names(child) for child in children(node))) - bound


def substitute(node: N, names: Mapping[str, Term]) -> N:
    """Replaces free variables; a binder of the same name hides it."""
    found: Any = _substitute(node, names)
    return found  # type: ignore[no-any-return]


def _substitute(node: Node, names: Mapping[str, Term]) -> Node:
    def without(*bound: str) -> dict[str, Term]:
        return {name: term for name, term in names.items() if name not in bound}

    match node:
        case Var(name):
            return names.get(name, node)
        case Apply(function, arguments, sort):
            new = names.get(function)
            name = new.name if isinstance(new, Var) else function
            return Apply(name, tuple(substitute(part, names) for part in arguments), sort)
        case Quant(quantifier, binder, body):
            return Quant(quantifier, binder, substitute(body, without(binder.name)))
        case Least(kind, binder, condition, value):
            inner = substitute(condition, without(binder.name))
            return Least(kind, binder, inner, substitute(value, names))
        case Big(op, index, domain, body):
            return Big(op, index, substitute(domain, names), substitute(body, without(index.name)))
        case Filter(index, domain, condition):
            inner = substitute(condition, without(index.name))
            return Filter(index, substitute(domain, names), inner)
    kept = without(*getattr(node, "binds", ()))
    return rebuild(node, lambda child: substitute(child, kept))


def strip_sorts(node: N) -> N:
    """``node`` as it was before sorts were chosen: no casts, no sorts of variables."""
    found: Any = node
    match node:
        case Cast(inner):
            found = strip_sorts(inner)
        case Num(value):
            found = Num(value)
        case Var(name):
            found = Var(name)
        case _:
            found = rebuild(node, strip_sorts)
    return found  # type: ignore[no-any-return]


def conjunction(parts: Sequence[Formula]) -> Formula:
    """The parts joined by ∧, nested conjunctions flattened."""
    flat = list(conjuncts(*parts))
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def conjuncts(*formulas: Formula) -> Iterator[Formula]:
    for formula in formulas:
        if isinstance(formula, And):
            yield from conjuncts(*formula.parts)
        else:
            yield formula
