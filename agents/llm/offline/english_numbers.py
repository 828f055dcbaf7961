"""What the phrases of english.lark for numbers mean: "the sum of", "the remainder when"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from proofloop.agents.llm.offline.forms import (
    And,
    Big,
    Call,
    Card,
    Divisors,
    Filter,
    Formula,
    Num,
    Op,
    Pow,
    Rel,
    Term,
    Var,
    free_names,
)
from proofloop.agents.llm.offline.kinds import (
    digit,
    make_kind,
)
from proofloop.agents.llm.offline.math_reader import Residue
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.syntax import (
    Count,
    Declaration,
    Generic,
    Kind,
)


class Numbers:
    """One method a rule or alias of english.lark, each given what its children were read into."""

    def math(self, term: Term) -> Term:
        return term

    same = math

    def variable(self, name: str) -> Term:
        return Var(name)

    def it(self) -> Term:
        raise Refusal("'it' without a number that it stands for")

    def series(self, *terms: Term) -> tuple[Term, ...]:
        return terms

    def sum_of(self, terms: tuple[Term, ...]) -> Term:
        return fold("+", terms)

    def product_of(self, terms: tuple[Term, ...]) -> Term:
        return fold("*", terms)

    def distance(self, left: Term, right: Term) -> Term:
        return Call("abs", (Op("-", left, right),))

    def square_of(self, term: Term) -> Term:
        return Pow(term, Num(2))

    def cube_of(self, term: Term) -> Term:
        return Pow(term, Num(3))

    def reciprocal_of(self, term: Term) -> Term:
        return Op("/", Num(1), term)

    def absolute_of(self, term: Term) -> Term:
        return Call("abs", (term,))

    def twice(self, term: Term) -> Term:
        return Op("*", Num(2), term)

    def times(self, left: Term, right: Term) -> Term:
        return Op("*", left, right)

    def plus(self, left: Term, right: Term) -> Term:
        return Op("+", left, right)

    def minus(self, left: Term, right: Term) -> Term:
        return Op("-", left, right)

    def more_than(self, more: Term, term: Term) -> Term:
        return Op("+", term, more)

    def less_than(self, less: Term, term: Term) -> Term:
        return Op("-", term, less)

    def percent_of(self, percent: Term, term: Term) -> Term:
        if isinstance(percent, Op) and percent.op == "/" and percent.right == Num(100):
            return Op("*", percent, term)
        raise Refusal("'of' after something that is no percentage")

    def gcd_of(self, terms: tuple[Term, ...]) -> Term:
        return fold_call("gcd", terms)

    def lcm_of(self, terms: tuple[Term, ...]) -> Term:
        return fold_call("lcm", terms)

    def remainder_of(self, term: Term, divisor: Term) -> Term:
        return Op("%", term, divisor)

    def same_remainder(self, term: Term) -> Term:
        if isinstance(term, Op) and term.op == "%":
            return term
        raise Refusal("a remainder without a divisor")

    def residue_value(self, residue: Residue) -> Term:
        return Op("%", residue.term, residue.modulus)

    def modulo_remainder(self, divisor: Term, term: Term) -> Term:
        return Op("%", term, divisor)

    def quotient_of(self, term: Term, divisor: Term) -> Term:
        return Op("//", term, divisor)

    def digit_of(self, place: int, term: Term) -> Term:
        return digit(term, place)

    def last_two_of(self, term: Term) -> Term:
        return Op("%", Call("magnitude", (term,)), Num(100))

    def divisor_count(self, term: Term) -> Term:
        return Card(Divisors(term))

    def divisor_count_but(self, term: Term, first: Term, second: Term) -> Term:
        d = Var("d")
        others = And((Rel("≠", d, first), Rel("≠", d, second)))
        return Card(Filter(d, Divisors(term), others))

    def proper_sum(self, term: Term) -> Term:
        return Big("∑", Var("d"), Divisors(term, proper=True), Var("d"))

    def divisor_sum(self, term: Term) -> Term:
        return Big("∑", Var("d"), Divisors(term), Var("d"))

    def counted(self, kind: Kind, *parts: Any) -> Declaration:
        return of_one(kind, parts)

    def count_of(self, declaration: Declaration) -> Any:
        return Count(declaration)

    def count_of_kind(self, kind: Kind) -> Term:
        return Count(Declaration(("n",), kind))

    def generic(self, kind: Kind) -> Any:
        return Generic(kind, "1")

    def introduced(self, kind: Kind, name: str) -> Any:
        return Generic(kind, name, named=True)

    def several(self, count: int, *words: str) -> list[Any]:
        kind = make_kind(list(words[:-1]), words[-1])
        return [Generic(kind, str(index)) for index in range(count)]

    def consecutive(self, count: int, *words: str) -> list[Any]:
        kind = make_kind(list(words[:-1]), words[-1])
        if {"prime", "composite"}.intersection(words):
            raise Refusal("consecutive primes")
        step = 2 if {"even", "odd"}.intersection(words) else 1
        first: Any = Generic(kind, "1")
        return [first, *(Op("+", first, Num(step * index)) for index in range(1, count))]

    def generic_sum(self, terms: list[Any]) -> Term:
        return fold("+", tuple(terms))

    def generic_product(self, terms: list[Any]) -> Term:
        return fold("*", tuple(terms))


def fold(op: Any, terms: tuple[Term, ...]) -> Term:
    if len(terms) < 2:
        raise Refusal("a sum or product of one number")
    total = terms[0]
    for term in terms[1:]:
        total = Op(op, total, term)
    return total


def fold_call(function: str, terms: tuple[Term, ...]) -> Term:
    if len(terms) < 2:
        raise Refusal(f"the {function} of one number")
    total = terms[0]
    for term in terms[1:]:
        total = Call(function, (total, term))
    return total


def of_one(kind: Kind, parts: Sequence[Any]) -> Declaration:
    """A kind with one variable, named or to be found in the conditions, and its conditions."""
    names: tuple[str, ...] = ()
    such: tuple[Formula, ...] = ()
    for part in parts:
        if isinstance(part, Declaration):
            names, such = part.names, such + part.such
        else:
            such += tuple(part)
    if not names:
        free = sorted(frozenset().union(*(free_names(formula) for formula in such)))
        names = tuple(free)
    if len(names) != 1:
        raise Refusal("it is not clear which variable the conditions are about")
    return Declaration(names, kind, such)
