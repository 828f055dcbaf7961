"""Values of terms and formulas at numbers: exact, bounded, and else undefined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import comb, factorial, gcd, lcm

from proofloop.agents.llm.offline.forms import (
    And,
    Apply,
    Big,
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
    Neg,
    Not,
    Num,
    Op,
    Or,
    Pow,
    Pred,
    Rel,
    Set,
    Sort,
    Term,
    Truth,
    Var,
)

Values = Mapping[str, int | Fraction]
LARGEST = 10**400  # numbers beyond this, and sets beyond MOST, are not computed
MOST = 5_000


class Undefined(Exception):
    """The value is not defined, not decidable by computing, or too large to compute."""


def value_of(term: Term, values: Values) -> Fraction:
    """The value of ``term``; raises Undefined."""
    result = _value(term, values)
    if abs(result.numerator) > LARGEST or result.denominator > LARGEST:
        raise Undefined
    return result


def _value(term: Term, values: Values) -> Fraction:
    match term:
        case Num(value):
            return Fraction(value)
        case Var(name):
            if name not in values:
                raise Undefined
            return Fraction(values[name])
        case Cast(inner):
            return value_of(inner, values)
        case Neg(inner):
            return -value_of(inner, values)
        case Op(op, left, right):
            return _operate(op, value_of(left, values), value_of(right, values), _is_nat(left))
        case Pow(base, exponent):
            power = _whole(exponent, values)
            root = value_of(base, values)
            if power < 0 or abs(root.numerator).bit_length() * power > 1_400:
                raise Undefined
            return root**power
        case Call(function, arguments):
            return _call(function, [value_of(a, values) for a in arguments])
        case Big(op, Var(index), domain, body):
            total = Fraction(0 if op == "∑" else 1)
            for member in members(domain, values):
                summand = value_of(body, {**values, index: member})
                total = total + summand if op == "∑" else total * summand
                if abs(total.numerator) > LARGEST:
                    raise Undefined
            return total
        case Card(domain):
            return Fraction(sum(1 for _ in members(domain, values)))
    raise Undefined


def _is_nat(term: Term) -> bool:
    match term:
        case Var(_, sort) | Num(_, sort) | Cast(_, sort) | Apply(_, _, sort):
            return sort is Sort.NAT
        case Op(_, left) | Pow(left):
            return _is_nat(left)
        case Big(_, _, _, body):
            return _is_nat(body)
        case Call(function):
            return function not in ("abs", "num")
        case Card():
            return True
    return False


def _operate(op: str, left: Fraction, right: Fraction, natural: bool) -> Fraction:
    match op:
        case "+":
            return left + right
        case "-":
            return max(Fraction(0), left - right) if natural else left - right
        case "*":
            return left * right
    if right == 0:
        raise Undefined
    if op == "/":
        return left / right
    modulus = abs(right)
    remainder = left - modulus * (left // modulus)
    return remainder if op == "%" else (left - remainder) / right


def _call(function: str, arguments: list[Fraction]) -> Fraction:
    if function == "abs":
        return abs(arguments[0])
    if function in ("num", "den"):
        value = arguments[0]
        return Fraction(value.numerator if function == "num" else value.denominator)
    numbers = [int(a) for a in arguments]
    if function == "factorial" and 0 <= numbers[0] <= 150:
        return Fraction(factorial(numbers[0]))
    if function == "choose" and min(numbers) >= 0 and max(numbers) <= 400:
        return Fraction(comb(*numbers))
    if function in ("gcd", "lcm"):
        return Fraction((gcd if function == "gcd" else lcm)(*numbers))
    raise Undefined


def _whole(term: Term, values: Values) -> int:
    value = value_of(term, values)
    if value.denominator != 1:
        raise Undefined
    return int(value)


def members(domain: Set, values: Values) -> Iterator[int]:
    """The elements of a finite set, at most MOST."""
    match domain:
        case Interval(low, stop):
            first, end = _whole(low, values), _whole(stop, values)
            if end - first > MOST:
                raise Undefined
            yield from range(first, end)
        case Divisors(of, proper):
            number = _whole(of, values)
            if not 0 <= number <= MOST:
                raise Undefined
            yield from (d for d in range(1, number + (not proper)) if number % d == 0)
        case Filter(Var(index), inner, condition):
            for member in members(inner, values):
                if holds(condition, {**values, index: member}):
                    yield member


def holds(formula: Formula, values: Values) -> bool:
    """Whether ``formula`` is true; raises Undefined, always for quantifiers."""
    match formula:
        case Truth(value):
            return value
        case Rel(op, left, right):
            return _compare(op, value_of(left, values), value_of(right, values))
        case Divides(divisor, term):
            by, number = value_of(divisor, values), value_of(term, values)
            return number == 0 if by == 0 else (number / by).denominator == 1
        case Cong(left, right, modulus):
            by = value_of(modulus, values)
            difference = value_of(left, values) - value_of(right, values)
            return difference == 0 if by == 0 else (difference / by).denominator == 1
        case Pred(name, term):
            return _holds_of(name, value_of(term, values))
        case Not(inner):
            return not holds(inner, values)
        case And(parts):
            return _decided(parts, values, by=False)
        case Or(parts):
            return _decided(parts, values, by=True)
        case Implies(premise, conclusion):
            return _decided((Not(premise), conclusion), values, by=True)
        case Iff(one, other):
            return holds(one, values) == holds(other, values)
    raise Undefined


def _decided(parts: Iterable[Formula], values: Values, *, by: bool) -> bool:
    """One part that is ``by`` decides, whatever the undefined ones are."""
    undefined = False
    for part in parts:
        try:
            if holds(part, values) is by:
                return by
        except Undefined:
            undefined = True
    if undefined:
        raise Undefined
    return not by


def _compare(op: str, left: Fraction, right: Fraction) -> bool:
    return {
        "=": left == right, "≠": left != right, "<": left < right,
        "≤": left <= right, ">": left > right, "≥": left >= right,
    }[op]  # fmt: skip


def _holds_of(name: str, value: Fraction) -> bool:
    if name == "integer":
        return value.denominator == 1
    number = int(value)
    if name == "prime":
        if number > LARGEST or number > 10**7:
            raise Undefined
        return number > 1 and all(number % d for d in range(2, int(number**0.5) + 1))
    return number % 2 == (name == "odd")
