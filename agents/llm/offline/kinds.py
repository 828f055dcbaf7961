"""The words of the grammar for kinds of numbers and what they say of a number."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from proofloop.agents.llm.offline.forms import (
    And,
    Binder,
    Call,
    Formula,
    Not,
    Num,
    Op,
    Pow,
    Pred,
    Quant,
    Rel,
    Sort,
    Term,
    Var,
    conjunction,
    free_names,
)
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.syntax import HOLE, Kind, Noun

Constraint = Callable[[Term], Formula]


def _digits(count: int) -> Constraint:
    low, high = Num(10 ** (count - 1)), Num(10**count - 1)
    return lambda t: And((Rel("≤", low, t), Rel("≤", t, high)))


def composite(term: Term) -> Formula:
    return And((Rel("<", Num(1), term), Not(Pred("prime", term))))


def square(term: Term) -> Formula:
    """``term`` is the square of an integer."""
    name = next(name for name in "rstuvw" if name not in free_names(term))
    return Quant("∃", Binder(name, Sort.INT), Rel("=", term, Pow(Var(name), Num(2))))


ADJECTIVES: dict[str, Constraint] = {
    "positive": lambda t: Rel("<", Num(0), t),
    "negative": lambda t: Rel("<", t, Num(0)),
    "nonnegative": lambda t: Rel("≤", Num(0), t),
    "nonzero": lambda t: Rel("≠", t, Num(0)),
    "even": lambda t: Pred("even", t),
    "odd": lambda t: Pred("odd", t),
    "prime": lambda t: Pred("prime", t),
    "composite": composite,
    "two_digit": _digits(2),
    "three_digit": _digits(3),
    "four_digit": _digits(4),
}
TOGETHER = ("distinct", "coprime")
_OF_INTEGERS = frozenset(
    {"even", "odd", "prime", "composite", "two_digit", "three_digit", "four_digit"}
)


def make_kind(adjectives: list[str], noun: str, count: int = 0) -> Kind:
    """Raises Refusal for kinds of numbers that the embedded Lean does not have."""
    if noun == "real":
        raise Refusal("real and complex numbers: the embedded Lean has none")
    if noun == "prime":
        adjectives, noun = [*adjectives, "prime"], "integer"
    if noun == "number" and _OF_INTEGERS.intersection(adjectives):
        noun = "integer"  # an odd number, a prime number, a two-digit number are integers
    constraints = tuple(ADJECTIVES[word](HOLE) for word in adjectives if word in ADJECTIVES)
    together = tuple(word for word in adjectives if word in TOGETHER)
    return Kind(_NOUNS[noun], constraints, together, count)


NOUNS = ("integer", "natural", "prime", "rational", "real", "number")
_NOUNS: dict[str, Noun] = {
    "integer": "integer", "natural": "natural", "rational": "rational", "number": "number",
}  # fmt: skip


def pairwise(word: str, terms: tuple[Term, ...]) -> Formula:
    """``distinct`` or ``coprime``, of every two of the terms."""
    if len(terms) < 2:
        raise Refusal(f"one number alone is called {word}")
    pairs = combinations(terms, 2)
    if word == "distinct":
        return conjunction([Rel("≠", a, b) for a, b in pairs])
    return conjunction([Rel("=", Call("gcd", (a, b)), Num(1)) for a, b in pairs])


def digit(term: Term, place: int) -> Term:
    """The decimal digit of ``term`` at 10 to the ``place``."""
    size: Term = Call("magnitude", (term,))  # digits are those of the number without its sign
    shifted = size if place == 0 else Op("//", size, Num(10**place))
    return Op("%", shifted, Num(10))
