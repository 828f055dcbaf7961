"""Ring arithmetic on terms: both sides of a relation as one polynomial.

A polynomial is a dictionary from monomials to rational coefficients; a monomial is a sorted tuple
of ``(text of an atom, exponent)``. Closed terms other than numerals are atoms: whoever computes
``2 ^ 8 % 5`` has proved something, not said the same in other words.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from proofloop.tools.lean.equivalence.tree import (
    INT,
    NAT,
    RAT,
    Tree,
    free_variables,
    is_app,
    number_of,
    operands,
)

Monomial = tuple[tuple[str, int], ...]
Polynomial = dict[Monomial, Fraction]
Text = Callable[[Tree], str]

# Besides the header's ordered fields. Elsewhere products may not commute, quotients be rounded.
_RINGS = (NAT, INT, RAT, ("app", "Real"), ("app", "Complex"))
LARGEST_POWER = 6
MOST_TERMS = 60


def polynomial(tree: Tree, text: Text) -> Polynomial:
    """Of a term over ℕ, ℤ or a field; ``text`` prints what is no operation of these."""
    type_ = type_of(tree)
    integral = type_ in (NAT, INT)
    if (number := number_of(tree)) is not None:
        return constant(Fraction(number))
    if type_ is None or not (type_ in _RINGS or type_[0] == "field"):
        return {((text(tree), 1),): Fraction(1)}
    closed = free_variables(tree) <= free_variables(type_)
    if closed and not _fraction(tree):
        return {((text(tree), 1),): Fraction(1)}
    if is_app(tree, "Neg.neg", 2):
        return scale(polynomial(tree[3], text), Fraction(-1))
    if pair := operands(tree, "HAdd.hAdd"):
        return add(polynomial(pair[0], text), polynomial(pair[1], text))
    if (pair := operands(tree, "HSub.hSub")) and type_ != NAT:
        return add(polynomial(pair[0], text), scale(polynomial(pair[1], text), Fraction(-1)))
    if pair := operands(tree, "HMul.hMul"):
        product = multiply(polynomial(pair[0], text), polynomial(pair[1], text))
        if len(product) <= MOST_TERMS:
            return product
    if (pair := operands(tree, "HDiv.hDiv")) and not integral and (by := number_of(pair[1])):
        return scale(polynomial(pair[0], text), Fraction(1, by))
    exponent = number_of(tree[6]) if is_app(tree, "HPow.hPow", 5) else None
    if exponent is not None and exponent <= LARGEST_POWER:
        base, power = polynomial(tree[5], text), constant(Fraction(1))
        for _ in range(exponent):
            power = multiply(power, base)
        if len(power) <= MOST_TERMS:
            return power
    return {((text(tree), 1),): Fraction(1)}


def type_of(tree: Tree) -> Tree | None:
    """The type of an arithmetic term as far as its head tells it."""
    if tree[0] == "lit":
        return _tree(tree[1])
    if is_app(tree, "Neg.neg", 2):
        return _tree(tree[2])
    if is_app(tree, "HPow.hPow", 5):
        return _tree(tree[2])
    if tree[0] == "app" and len(tree) == 7 and tree[2] == tree[4]:
        return _tree(tree[4])
    return None


def _tree(value: object) -> Tree:
    assert isinstance(value, tuple)
    return value


def _fraction(tree: Tree) -> bool:
    """``1 / 2`` and ``-3`` are numerals of a field as well."""
    if is_app(tree, "Neg.neg", 2):
        return number_of(tree[3]) is not None or _fraction(tree[3])
    pair = operands(tree, "HDiv.hDiv")
    if pair is None or type_of(tree) in (NAT, INT):
        return False
    return number_of(pair[0]) is not None and bool(number_of(pair[1]))


def constant(value: Fraction) -> Polynomial:
    return {(): value} if value else {}


def add(left: Polynomial, right: Polynomial) -> Polynomial:
    total = dict(left)
    for monomial, coefficient in right.items():
        total[monomial] = total.get(monomial, Fraction(0)) + coefficient
    return {monomial: value for monomial, value in total.items() if value}


def scale(poly: Polynomial, by: Fraction) -> Polynomial:
    return {monomial: value * by for monomial, value in poly.items()}


def multiply(left: Polynomial, right: Polynomial) -> Polynomial:
    total: Polynomial = {}
    for first, a in left.items():
        for second, b in right.items():
            powers = dict(first)
            for atom, exponent in second:
                powers[atom] = powers.get(atom, 0) + exponent
            monomial = tuple(sorted(powers.items()))
            total[monomial] = total.get(monomial, Fraction(0)) + a * b
    return {monomial: value for monomial, value in total.items() if value}


def is_constant(poly: Polynomial) -> bool:
    return set(poly) <= {()}


def leads_negative(poly: Polynomial) -> bool:
    """Whether the first of its monomials, in the order of their texts, has a coefficient < 0."""
    named = sorted(monomial for monomial in poly if monomial)
    return bool(named) and poly[named[0]] < 0


def text_of(poly: Polynomial) -> str:
    def monomial_text(monomial: Monomial) -> str:
        return "*".join(atom if n == 1 else f"{atom}^{n}" for atom, n in monomial)

    terms = [f"{value}·{monomial_text(monomial)}" for monomial, value in sorted(poly.items())]
    return "(" + " + ".join(terms or ["0"]) + ")"
