"""A normal form of statements: equal normal forms mean the same, up to the names of variables.

Each step is an equivalence that holds for all values:

- hypotheses are split at ∧ and ordered; universal quantifiers and premises of the goal move in
  front of it; variables that nothing mentions go;
- an integer that is said to be at least 0 becomes a natural number, cast;
- ``>`` and ``≥`` turn round, ``c < t`` becomes ``c + 1 ≤ t`` on integers, ``t % m = 0`` and
  ``Even`` become divisibility, ``a ≡ b [MOD n]`` with 0 ≤ b < n becomes ``a % n = b``;
- casts move to the leaves, and a relation moves to the smallest sort that computes both sides
  exactly; sums, products and the sides of equations are ordered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from proofloop.agents.llm.offline.forms import (
    And,
    Apply,
    Big,
    Binder,
    Call,
    Card,
    Cast,
    Cong,
    Divides,
    Divisors,
    Filter,
    Formula,
    Iff,
    Implies,
    Interval,
    Least,
    Neg,
    Not,
    Num,
    Op,
    Or,
    Pow,
    Pred,
    Quant,
    Rel,
    Sort,
    Statement,
    Term,
    Var,
    conjunction,
    conjuncts,
    free_names,
    join,
    rebuild,
    substitute,
)
from proofloop.agents.llm.offline.lean_printer import sort_of


@dataclass(frozen=True, slots=True)
class Normal:
    """``binders`` are free in the rest, hypotheses are a set."""

    binders: tuple[Binder, ...]
    hypotheses: frozenset[Formula]
    goal: Formula


def normalise(statement: Statement) -> Normal:
    binders = list(statement.binders)
    hypotheses = list(conjuncts(*statement.hypotheses))
    goal = statement.goal
    while isinstance(goal, Quant | Implies):
        if isinstance(goal, Implies):
            hypotheses += conjuncts(goal.premise)
            goal = goal.conclusion
            continue
        if goal.quantifier != "∀":
            break
        taken = {binder.name for binder in binders}
        name = _fresh(goal.binder.name, taken)
        goal_body = substitute(goal.body, {goal.binder.name: Var(name, _sort(goal.binder))})
        binders.append(Binder(name, goal.binder.sort))
        goal = goal_body
    binders, hypotheses, goal = _naturals(binders, hypotheses, goal)
    hypotheses = [_rename_bound(hypothesis, 0) for hypothesis in hypotheses]
    goal = _rename_bound(goal, 0)
    facts = [part for hypothesis in hypotheses for part in conjuncts(normal_formula(hypothesis))]
    kept = [fact for fact in facts if not _says_nothing(fact)]
    conclusion = normal_formula(goal)
    used = frozenset().union(free_names(conclusion), *(free_names(fact) for fact in kept))
    names = tuple(binder for binder in binders if binder.name in used)
    return Normal(names, frozenset(kept), conclusion)


def _rename_bound(node: Any, depth: int) -> Any:
    """Bound variables by their depth, so that their names make no difference."""
    name = f"·{depth}"

    def renamed(body: Any, bound: str, sort: Sort | None) -> Any:
        return _rename_bound(substitute(body, {bound: Var(name, sort)}), depth + 1)

    match node:
        case Quant(_, binder, body):
            moved = renamed(body, binder.name, _sort(binder))
            return Quant(node.quantifier, Binder(name, binder.sort), moved)
        case Least(kind, binder, condition, value):
            moved = renamed(condition, binder.name, _sort(binder))
            return Least(kind, Binder(name, binder.sort), moved, _rename_bound(value, depth))
        case Big(op, index, domain, body):
            inside = renamed(body, index.name, index.sort)
            return Big(op, Var(name, index.sort), _rename_bound(domain, depth), inside)
        case Filter(index, domain, condition):
            moved = renamed(condition, index.name, index.sort)
            return Filter(Var(name, index.sort), _rename_bound(domain, depth), moved)
    return rebuild(node, lambda child: _rename_bound(child, depth))


def _fresh(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "'"
    return name


def _sort(binder: Binder) -> Sort | None:
    return binder.sort if isinstance(binder.sort, Sort) else None


def _says_nothing(fact: Formula) -> bool:
    match fact:
        case Rel("≤", Num(0), term):
            return sort_of(term) is Sort.NAT
    return False


def _naturals(
    binders: list[Binder], hypotheses: list[Formula], goal: Formula
) -> tuple[list[Binder], list[Formula], Formula]:
    """Integers with a hypothesis that bounds them from below by 0 or more live in ℕ."""
    moved = {
        binder.name: Cast(Var(binder.name, Sort.NAT), Sort.INT)
        for binder in binders
        if binder.sort is Sort.INT and any(_bounds(fact, binder.name) for fact in hypotheses)
    }
    names: dict[str, Any] = dict(moved)
    new = [Binder(b.name, Sort.NAT) if b.name in moved else b for b in binders]
    facts: Any = [substitute(hypothesis, names) for hypothesis in hypotheses]
    return new, facts, substitute(goal, names)


def _bounds(fact: Formula, name: str) -> bool:
    match fact:
        case Rel("≤" | "<", Num(_), Var(high)) | Rel("≥" | ">", Var(high), Num(_)):
            return high == name
    return False


def normal_formula(formula: Formula) -> Formula:
    match formula:
        case Rel(">" | "≥" as op, left, right):
            return normal_formula(Rel("<" if op == ">" else "≤", right, left))
        case Rel(op, left, right):
            return _relation(op, *_lowered(left, right))
        case Divides(divisor, term):
            return Divides(*_lowered(divisor, term))
        case Cong(left, right, modulus):
            one, other, by = _lowered(left, right, modulus)
            if isinstance(one, Num) and not isinstance(other, Num):
                one, other = other, one
            sort = sort_of(by)
            if isinstance(other, Num) and isinstance(by, Num) and 0 <= other.value < by.value:
                return _relation("=", Op("%", one, Num(by.value, sort)), other)
            if isinstance(other, Num) and other.value == 0:
                return Divides(by, one)
            one, other = sorted((one, other), key=repr)
            return Cong(one, other, by)
        case Pred("even", term):
            (one,) = _lowered(term)
            return Divides(Num(2, sort_of(one)), one)
        case Pred("odd", term):
            (one,) = _lowered(term)
            sort = sort_of(one)
            return _relation("=", Op("%", one, Num(2, sort)), Num(1, sort))
        case Pred(name, term):
            return Pred(name, normal_term(term))
        case Not(inner):
            match normal_formula(inner):
                case Not(part):
                    return part
                case Rel("=" | "≠" as op, left, right):
                    return _relation("≠" if op == "=" else "=", left, right)
                case part:
                    return Not(part)
        case And(parts):
            flat = conjuncts(*(normal_formula(part) for part in parts))
            return conjunction(sorted(dict.fromkeys(flat), key=repr))
        case Or(parts):
            return Or(tuple(sorted((normal_formula(part) for part in parts), key=repr)))
        case Iff(left, right):
            sides = sorted((normal_formula(left), normal_formula(right)), key=repr)
            return Iff(sides[0], sides[1])
        case Implies(premise, Implies(second, conclusion)):
            return normal_formula(Implies(conjunction([premise, second]), conclusion))
        case Least(kind, index, condition, value):
            said = [c for c in conjuncts(normal_formula(condition)) if not _says_nothing(c)]
            return Least(kind, index, conjunction(said or [condition]), normal_term(value))
    return rebuild(formula, _normal_child)


def _normal_child(node: Any) -> Any:
    if isinstance(node, Num | Var | Cast | Neg | Op | Pow | Call | Apply | Big | Card):
        return normal_term(node)
    if isinstance(node, Interval | Divisors | Filter):
        return rebuild(node, _normal_child)
    if isinstance(node, Binder):
        return node
    return normal_formula(node)


def _relation(op: Any, left: Term, right: Term) -> Formula:
    sort = sort_of(left)
    if op == "=":
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Op) and one.op == "%" and isinstance(other, Num) and not other.value:
                return Divides(one.right, one.left)
    if op == "<" and sort is not Sort.RAT:  # c < t and t < c with a numeral c
        if isinstance(left, Num):
            return _relation("≤", Num(left.value + 1, sort), right)
        if isinstance(right, Num) and right.value > 0:
            return _relation("≤", left, Num(right.value - 1, sort))
    if op == "≠" and sort is Sort.NAT and Num(0, sort) in (left, right):
        term = right if left == Num(0, sort) else left
        return Rel("≤", Num(1, sort), term)
    if op in ("=", "≠"):
        left, right = sorted((left, right), key=repr)
    return Rel(op, left, right)


# -- terms


def _lowered(*terms: Term) -> tuple[Term, ...]:
    """The terms in normal form, all in the smallest sort in which each is exact."""
    normal = [normal_term(term) for term in terms]
    least = join(*(_least(term) for term in normal)) or Sort.NAT
    return tuple(normal_term(_moved(term, least)) for term in normal)


def _least(term: Term) -> Sort | None:
    """The smallest sort that gives ``term`` the value it has in its own sort."""
    match term:
        case Num():
            return None
        case Cast(inner):
            return _least(inner) or sort_of(inner)
        case Op("+" | "*" | "%" | "//", left, right):
            return join(_least(left), _least(right))
        case Pow(base):
            return _least(base)
        case Big(_, _, _, body):
            return _least(body)
    return sort_of(term)


def _moved(term: Term, sort: Sort) -> Term:
    own = sort_of(term)
    match term:
        case Num(value):
            return Num(value, sort)
        case Cast(inner):
            return _moved(inner, sort)
        case Op("+" | "*" | "%" | "//" as op, left, right):
            return Op(op, _moved(left, sort), _moved(right, sort))
        case Pow(base, exponent):
            return Pow(_moved(base, sort), exponent)
        case Big(op, index, domain, body):
            return Big(op, index, domain, _moved(body, sort))
    return term if own == sort else Cast(term, sort)


def normal_term(term: Term) -> Term:
    """Casts at the leaves, sums and products in order."""
    match term:
        case Cast(inner, sort):
            return _order(_pushed(normal_term(inner), sort))
        case Neg(inner):
            match normal_term(inner):
                case Neg(part):
                    return part
                case Op("/", left, right):
                    return Op("/", normal_term(Neg(left)), right)
                case part:
                    return Neg(part)
        case Call("den" | "num" | "abs"):
            return rebuild(term, _normal_child)
        case Call("gcd" | "lcm" as function, arguments):
            return Call(function, tuple(sorted(map(normal_term, arguments), key=repr)))
    return _order(rebuild(term, _normal_child))


def _pushed(term: Term, sort: Sort) -> Term:
    """``(term : sort)`` with the cast moved inwards as far as it keeps the value."""
    match term:
        case Num(value):
            return Num(value, sort)
        case Cast(inner):
            return _pushed(inner, sort)
        case Op("+" | "*" as op, left, right):
            return Op(op, _pushed(left, sort), _pushed(right, sort))
        case Op("-", left, right) if sort_of(term) is not Sort.NAT:
            return Op("-", _pushed(left, sort), _pushed(right, sort))
        case Op("%", left, right) if sort is Sort.INT:
            return Op("%", _pushed(left, sort), _pushed(right, sort))
        case Neg(inner):
            return Neg(_pushed(inner, sort))
        case Pow(base, exponent):
            return Pow(_pushed(base, sort), exponent)
        case Big(op, index, domain, body):
            return Big(op, index, domain, _pushed(body, sort))
    return Cast(term, sort) if sort_of(term) != sort else term


def _order(term: Term) -> Term:
    if not isinstance(term, Op) or term.op not in ("+", "*"):
        return term
    parts = sorted(_flat(term, term.op), key=repr)
    total = parts[0]
    for part in parts[1:]:
        total = Op(term.op, total, part)
    return total


def _flat(term: Term, op: str) -> Iterable[Term]:
    if isinstance(term, Op) and term.op == op:
        yield from _flat(term.left, op)
        yield from _flat(term.right, op)
    else:
        yield _order(term)
