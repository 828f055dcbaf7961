"""Polynomials over ℚ, read from Lean text, and quadratic ones as sums of squares."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from fractions import Fraction

Monomial = tuple[str, ...]  # sorted names, repeated for powers; () is the constant
Polynomial = dict[Monomial, Fraction]
Linear = dict[str, Fraction]  # a linear form; "" is its constant

_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[^\W\d][\w']*|[-+*/^()])")
LARGEST_EXPONENT = 12


class NotPolynomial(ValueError):
    """The text is no polynomial with rational coefficients."""


def add(p: Polynomial, q: Polynomial, factor: int = 1) -> Polynomial:
    total = defaultdict(Fraction, p)
    for monomial, value in q.items():
        total[monomial] += factor * value
    return {monomial: value for monomial, value in total.items() if value}


def multiply(p: Polynomial, q: Polynomial) -> Polynomial:
    total: dict[Monomial, Fraction] = defaultdict(Fraction)
    for a, x in p.items():
        for b, y in q.items():
            total[tuple(sorted(a + b))] += x * y
    return {monomial: value for monomial, value in total.items() if value}


def substitute(p: Polynomial, name: str, value: Polynomial) -> Polynomial:
    """``p`` with ``value`` for ``name``, which does not occur in ``value``."""
    result: Polynomial = {}
    for monomial, coefficient in p.items():
        part: Polynomial = {tuple(each for each in monomial if each != name): coefficient}
        for _ in range(monomial.count(name)):
            part = multiply(part, value)
        result = add(result, part)
    return result


def read_polynomial(text: str) -> Polynomial:
    """Raises NotPolynomial."""
    return _Reader(text).whole()


def read_difference(text: str) -> Polynomial:
    """Of a relation ``a ≤ b`` (or ``<``, ``=``) the polynomial b - a, of ``a ≥ b`` a - b: what the
    relation says to be at least 0. Raises NotPolynomial."""
    for sign in "≤≥<>=":
        if text.count(sign) == 1:
            left, right = (read_polynomial(side) for side in text.split(sign))
            return add(left, right, -1) if sign in "≥>" else add(right, left, -1)
    raise NotPolynomial(text)


def squares(p: Polynomial) -> list[Linear] | None:
    """Linear forms over ℤ with p = Σ cᵢ·lᵢ² for some cᵢ > 0, by completing squares (LDLᵀ over ℚ);
    None when p is not quadratic or takes negative values."""
    if any(len(monomial) > 2 for monomial in p):
        return None
    basis = ["", *sorted({name for monomial in p for name in monomial})]
    size = range(len(basis))
    matrix = [[Fraction(0) for _ in size] for _ in size]
    for monomial, value in p.items():
        i, j = (basis.index(name) for name in ("",) * (2 - len(monomial)) + monomial)
        matrix[i][j] += value / 2
        matrix[j][i] += value / 2
    forms: list[Linear] = []
    for k in reversed(size):
        pivot = matrix[k][k]
        if pivot < 0 or (pivot == 0 and any(matrix[k])):
            return None
        if pivot == 0:
            continue
        row = [entry / pivot for entry in matrix[k]]
        scale = math.lcm(*(entry.denominator for entry in row))
        forms.append({basis[i]: row[i] * scale for i in size if row[i]})
        for i in size:
            for j in size:
                matrix[i][j] -= pivot * row[i] * row[j]
    return forms


def show_linear(form: Linear) -> str:
    """The form as Lean text."""
    return " + ".join(
        f"({value}) * {name}" if name else f"({value})" for name, value in form.items()
    )


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        position, text = 0, text.strip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise NotPolynomial(text)
            self._tokens.append(match[1])
            position = match.end()
        self._tokens.reverse()

    def whole(self) -> Polynomial:
        value = self._sum()
        if self._tokens:
            raise NotPolynomial(self._tokens[-1])
        return value

    def _next(self, *wanted: str) -> str | None:
        if self._tokens and self._tokens[-1] in wanted:
            return self._tokens.pop()
        return None

    def _sum(self) -> Polynomial:
        value = self._product()
        while sign := self._next("+", "-"):
            value = add(value, self._product(), 1 if sign == "+" else -1)
        return value

    def _product(self) -> Polynomial:
        value = self._signed()
        while sign := self._next("*", "/"):
            other = self._signed()
            if sign == "/":
                if set(other) != {()}:
                    raise NotPolynomial("division by a term")
                other = {(): 1 / other[()]}
            value = multiply(value, other)
        return value

    def _signed(self) -> Polynomial:
        if self._next("-"):
            return add({}, self._signed(), -1)
        return self._power()

    def _power(self) -> Polynomial:
        base = self._atom()
        if not self._next("^"):
            return base
        exponent = self._tokens.pop() if self._tokens else ""
        if not exponent.isdecimal() or int(exponent) > LARGEST_EXPONENT:
            raise NotPolynomial(f"exponent {exponent}")
        value: Polynomial = {(): Fraction(1)}
        for _ in range(int(exponent)):
            value = multiply(value, base)
        return value

    def _atom(self) -> Polynomial:
        token = self._tokens.pop() if self._tokens else ""
        if token == "(":
            value = self._sum()
            if not self._next(")"):
                raise NotPolynomial("open bracket")
            return value
        if token[:1].isdecimal():
            return {(): Fraction(token)} if Fraction(token) else {}
        if token.isidentifier() or token[:1].isalpha():
            return {(token,): Fraction(1)}
        raise NotPolynomial(token)
