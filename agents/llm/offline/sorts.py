"""Evidence in a text for the sort of a letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from proofloop.agents.llm.offline.bounds import Bounds, linear_form
from proofloop.agents.llm.offline.forms import (
    Apply,
    Arrow,
    Call,
    Cong,
    Divides,
    Divisors,
    Formula,
    Interval,
    Neg,
    Op,
    Pow,
    Pred,
    Rel,
    Sort,
    Var,
    free_names,
    walk,
)
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.syntax import Kind

_NATURAL_CALLS = frozenset({"factorial", "choose"})


def needs_natural(nodes: Iterable[Any], arrows: Mapping[str, Arrow]) -> frozenset[str]:
    """Names that occur where Lean takes a natural number only."""
    found: set[str] = set()
    for node in nodes:
        for part in walk(node):
            match part:
                case Pow(_, place) | Divisors(place):
                    found |= free_names(place)
                case Interval(low, stop):
                    found |= free_names(low) | free_names(stop)
                case Pred("prime", place):
                    found |= free_names(place)
                case Call(function, arguments) if function in _NATURAL_CALLS:
                    found |= frozenset().union(*map(free_names, arguments))
                case Apply(function, arguments) if _indexed(function, arrows):
                    found |= frozenset().union(*map(free_names, arguments))
    return frozenset(found)


def _indexed(function: str, arrows: Mapping[str, Arrow]) -> bool:
    return function in arrows and arrows[function].arguments[0] is Sort.NAT


def is_about_integers(nodes: Iterable[Any]) -> frozenset[str]:
    """Names that occur in a divisibility, a congruence, a remainder, a gcd or a parity."""
    found: set[str] = set()
    for node in nodes:
        for part in walk(node):
            match part:
                case Divides() | Cong() | Op("%" | "//") | Pred("even" | "odd" | "prime"):
                    found |= free_names(part)
                case Call("gcd" | "lcm" | "factorial" | "choose"):
                    found |= free_names(part)
    return frozenset(found)


def choose_sort(
    name: str, kind: Kind | None, nodes: list[Any], bounds: Bounds, arrows: Mapping[str, Arrow]
) -> Sort:
    """The sort of a letter of this kind, used in these formulas. Raises Refusal where it would
    have to be guessed."""
    noun = kind.noun if kind else "number"
    if noun == "natural":
        return Sort.NAT
    natural = name in needs_natural(nodes, arrows)
    if noun == "rational":
        if natural:
            raise Refusal(
                f"{name} is rational and stands where only a natural number can", letter=name
            )
        return Sort.RAT
    least = bounds.least(name)
    if noun == "integer":
        if kind and _said_nonnegative(kind):
            return Sort.NAT
        if not natural:
            return Sort.INT
        if least is not None and least >= 0:
            return Sort.NAT
        raise Refusal(f"{name} may be negative where only a natural number can stand", letter=name)
    if natural:
        return Sort.NAT
    if name in is_about_integers(nodes):
        return Sort.INT
    raise Refusal(f"the text does not say what kind of number {name} is", letter=name)


def _said_nonnegative(kind: Kind) -> bool:
    least = Bounds(kind.constraints).least("_")
    facts = [part for constraint in kind.constraints for part in walk(constraint)]
    bounded = Bounds(tuple(f for f in facts if isinstance(f, Rel | Pred))).least("_")
    return any(value is not None and value >= 0 for value in (least, bounded))


def infer_arrow(function: str, equations: Iterable[Any], declared: Arrow | None) -> Arrow:
    """The sort of a function letter: as declared; for one defined by recursion, from ℕ to the
    smallest sort that its equations stay in; else ℚ → ℚ."""
    if declared is not None:
        return declared
    arity = 1
    result = Sort.NAT
    recursive = False
    for equation in equations:
        parts = list(walk(equation))
        uses = [p for p in parts if isinstance(p, Apply) and p.function == function]
        if not uses:
            continue
        arity = len(uses[0].arguments)
        recursive |= any(_is_recursion(part, function) for part in parts)
        for part in parts:
            if isinstance(part, Op) and part.op == "/":
                result = Sort.RAT
            elif isinstance(part, Neg) or (
                isinstance(part, Op) and part.op == "-" and not _in_index(part, uses)
            ):
                result = max(result, Sort.INT, key=list(Sort).index)
    if recursive and arity == 1:
        return Arrow((Sort.NAT,), result)
    return Arrow((Sort.RAT,) * arity, Sort.RAT)


def _is_recursion(part: Any, function: str) -> bool:
    """``u_{n+1} = 2 u_n + 1``: the same function at places that differ by a number."""
    match part:
        case Rel("=", Apply(name, (place,)), right) if name == function:
            places = [
                linear_form(use.arguments[0])
                for use in walk(right)
                if isinstance(use, Apply) and use.function == function
            ]
            here = linear_form(place)
            return bool(here and here[0] and places) and all(
                p is not None and here is not None and p[0] == here[0] and p[1] != here[1]
                for p in places
            )
    return False


def _in_index(part: Any, uses: list[Apply]) -> bool:
    return any(part is inside for use in uses for a in use.arguments for inside in walk(a))


def defines(formula: Formula) -> tuple[str, tuple[str, ...]] | None:
    """The function and the letters of an equation ``f(x) = ...``."""
    match formula:
        case Rel("=", Apply(function, arguments)) if arguments and all(
            isinstance(a, Var) for a in arguments
        ):
            return function, tuple(a.name for a in arguments if isinstance(a, Var))
    return None
