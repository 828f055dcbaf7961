"""The exact value of a tree of rational arithmetic, in bounded time: what needs no algebra."""

from __future__ import annotations

import math
from fractions import Fraction

from proofloop.tools.answers.shapes import Tree

MOST_BITS = 4096  # of a numerator or denominator
MOST_FACTORIAL = 300


def exact(tree: Tree) -> Fraction | None:
    """None for what is not rational, not defined, or too large to be worth its time."""
    match tree:
        case ("num", str(text)):
            return _number(text)
        case ("neg", part):
            return None if (value := exact(part)) is None else -value
        case ("+" | "*" | "/" | "^" as sign, left, right):
            a, b = exact(left), exact(right)
            return None if a is None or b is None else _bounded(_applied(sign, a, b))
        case ("call", "sqrt", part):
            return None if (value := exact(part)) is None else _root(value)
        case ("call", "abs", part):
            return None if (value := exact(part)) is None else abs(value)
        case ("call", "factorial", part):
            value = exact(part)
            if value is None or value.denominator != 1 or not 0 <= value <= MOST_FACTORIAL:
                return None
            return Fraction(math.factorial(int(value)))
        case ("call", "binomial", above, below):
            n, k = exact(above), exact(below)
            if n is None or k is None or n.denominator != 1 or k.denominator != 1:
                return None
            small = 0 <= k <= n <= 1000
            return Fraction(math.comb(int(n), int(k))) if small else None
    return None


def in_base(digits: str, base: Tree) -> Fraction | None:
    value = exact(base)
    if value is None or value.denominator != 1 or not 2 <= value <= 36:
        return None
    try:
        return Fraction(int(digits, int(value)))
    except ValueError:
        return None


def _number(text: str) -> Fraction | None:
    _, _, power = text.lower().partition("e")
    return Fraction(text) if not power or abs(int(power)) <= MOST_BITS // 4 else None


def _applied(sign: str, a: Fraction, b: Fraction) -> Fraction | None:
    match sign:
        case "+":
            return a + b
        case "*":
            return a * b
        case "/":
            return a / b if b else None
    if b.denominator == 2:
        return None if (root := _root(a)) is None else _applied("^", root, b * 2)
    if b.denominator != 1 or (not a and b <= 0):
        return None
    bits = max(a.numerator.bit_length(), a.denominator.bit_length())
    return a ** int(b) if abs(b) * bits <= MOST_BITS else None


def _root(value: Fraction) -> Fraction | None:
    if value < 0:
        return None
    above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
    found = Fraction(above, below)
    return found if found * found == value else None


def _bounded(value: Fraction | None) -> Fraction | None:
    if value is None or max(map(int.bit_length, value.as_integer_ratio())) > MOST_BITS:
        return None
    return value
