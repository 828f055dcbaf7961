"""Equations in one unknown, taken apart at their rational roots."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import combinations

from proofloop.tools.lean.recipes.polynomial import (
    NotPolynomial,
    Polynomial,
    add,
    read_difference,
    show_linear,
    squares,
)
from proofloop.tools.lean.recipes.squares import FIELDS, conjuncts
from proofloop.tools.lean.shape import Shape

LARGEST_DEGREE = 4
LARGEST_COEFFICIENT = 10_000  # whose divisors make the candidates
MOST_UNKNOWNS = 3


def cases_at_roots(shape: Shape) -> Iterator[str]:
    """Each unknown that an equation, or the difference of two, determines up to rational roots:
    a product that is 0, one case for each factor. A quadratic factor without roots is left to
    grind with the square that keeps it from 0."""
    lines, parts = conjuncts(shape.hypotheses)
    found: dict[str, list[str]] = {}
    for polynomial in _equations(parts):
        names = {name for monomial in polynomial for name in monomial}
        if len(names) != 1 or (name := names.pop()) not in shape.of_kind(*FIELDS):
            continue
        if name not in found and (steps := _cases(name, polynomial, shape.variables[name])):
            found[name] = steps
    if not found or len(found) > MOST_UNKNOWNS:
        return
    for steps in found.values():
        lines += steps[:-1]
    yield "\n".join([*lines, " <;> ".join([*(steps[-1] for steps in found.values()), "grind"])])


def _equations(parts: dict[str, str]) -> Iterator[Polynomial]:
    read: list[Polynomial] = []
    for text in parts.values():
        with suppress(NotPolynomial):
            if "=" in text:
                read.append(read_difference(text))
    yield from read
    for first, second in combinations(read, 2):
        yield add(first, second, -1)
        yield add(first, second)


def _cases(name: str, polynomial: Polynomial, kind: str) -> list[str]:
    """Tactic lines, the last of which makes the cases; none where the roots do not say enough."""
    if not 2 <= max(map(len, polynomial)) <= LARGEST_DEGREE:
        return []
    roots, rest = split_at_roots(
        [polynomial.get((name,) * power, Fraction(0)) for power in range(LARGEST_DEGREE + 1)]
    )
    whole = all(root.denominator == 1 for root in roots)
    if not roots or len(rest) not in (1, 3) or (kind == "ℤ" and not whole):
        return []
    factors = [f"({name} - ({root}))" for root in roots]
    facts: list[str] = []
    if len(rest) == 3:
        sign = 1 if rest[2] > 0 else -1
        forms = squares({(name,) * power: Fraction(sign * each) for power, each in enumerate(rest)})
        if forms is None:
            return []
        facts = [f"have := sq_nonneg ({show_linear(form)} : {kind})" for form in forms]
        factors.append(f"({rest[2]} * {name} ^ 2 + ({rest[1]}) * {name} + ({rest[0]}))")
    product = factors[-1]
    for factor in reversed(factors[:-1]):
        product = f"{factor} * ({product})"
    step = "mul_eq_zero.mp zero"
    for _ in factors[2:]:
        step = f"(mul_eq_zero.mp zero).imp id fun zero => {step}"
    pattern = " | ".join([f"root_{name}"] * len(factors))
    return [
        *facts,
        f"have zero : {product} = 0 := by grind",
        f"have roots_{name} := {step}",
        f"rcases roots_{name} with {pattern}",
    ]


def split_at_roots(coefficients: list[Fraction]) -> tuple[list[Fraction], list[int]]:
    """The rational roots, with multiplicity, and what is left without them, in coprime integers;
    coefficients from the constant upwards."""
    roots: list[Fraction] = []
    rest = coprime(coefficients)
    while len(rest) > 1 and (root := _rational_root(rest)) is not None:
        roots.append(root)
        rest = coprime(_divided(rest, root))
    return roots, rest


def coprime(coefficients: list[Fraction]) -> list[int]:
    """A multiple with coprime integers, without leading zeros."""
    scale = math.lcm(*(value.denominator for value in coefficients))
    numbers = [int(value * scale) for value in coefficients]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    content = math.gcd(*numbers) or 1
    return [number // content for number in numbers]


def _rational_root(coefficients: list[int]) -> Fraction | None:
    if coefficients[0] == 0:
        return Fraction(0)
    if max(abs(coefficients[0]), abs(coefficients[-1])) > LARGEST_COEFFICIENT:
        return None
    for numerator in _divisors(coefficients[0]):
        for denominator in _divisors(coefficients[-1]):
            for root in (Fraction(numerator, denominator), Fraction(-numerator, denominator)):
                if sum(value * root**power for power, value in enumerate(coefficients)) == 0:
                    return root
    return None


def _divided(coefficients: list[int], root: Fraction) -> list[Fraction]:
    """The quotient by x - root (Horner)."""
    quotient: list[Fraction] = []
    value = Fraction(0)
    for coefficient in reversed(coefficients[1:]):
        value = value * root + coefficient
        quotient.append(value)
    return quotient[::-1]


def _divisors(number: int) -> list[int]:
    return [each for each in range(1, abs(number) + 1) if number % each == 0]
