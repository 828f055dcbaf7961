"""Recipes: what they compute is right, and what they propose proves real theorems."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.portfolio import Portfolio
from proofloop.tools.lean.recipes.bounded import bounds
from proofloop.tools.lean.recipes.polynomial import (
    Linear,
    NotPolynomial,
    Polynomial,
    add,
    multiply,
    read_difference,
    read_polynomial,
    show_linear,
    squares,
    substitute,
)
from proofloop.tools.lean.recipes.residues import moduli, periodic_powers
from proofloop.tools.lean.recipes.roots import split_at_roots
from proofloop.tools.lean.shape import shape_of
from proofloop.tools.lean.tactics import TACTICS

HEADER = "import Proofloop\nopen Nat\n"


@pytest.mark.parametrize(
    ("tactic", "statement"),
    [
        ("residues", "theorem t (a : ℤ) : a ^ 2 % 4 = 0 ∨ a ^ 2 % 4 = 1"),
        ("residues", "theorem t (n : ℕ) : 3 ∣ n ^ 3 + 2 * n"),
        ("parity", "theorem t (n : ℤ) (h : Odd n) : Odd (n ^ 3 - 2 * n + 4)"),
        ("parity", "theorem t (n : ℤ) (h : Even (n ^ 2)) : Even n"),
        ("parity", "theorem t (n : ℕ) (m : ℤ) (h : Odd n) : Even ((n : ℤ) * m) ↔ Even m"),
        ("quotients", "theorem t (a b c : ℕ) (h : a ∣ b) (k : b ∣ c) : a ∣ c"),
        ("quotients", "theorem t (a b c : ℤ) (h : a ∣ b) (k : a ∣ c) : a ∣ 3 * b ^ 2 - b * c"),
        ("quotients", "theorem t (a b : ℕ) (h : a ∣ b) : a ∣ b ^ 2 + a * b"),
        ("power_residues", "theorem t (n : ℕ) : ¬7 ∣ 2 ^ n + 1"),
        (
            "bounded",
            "theorem t (b : ℕ) (h₀ : 0 < b) (h₁ : 3 * b ^ 2 + 2 * b + 1 = 57) : b = 4",
        ),
        ("bounded", "theorem t (x y : ℕ) (h₀ : 2 ^ x * 3 ^ y = 1296) : x + y = 8"),
        ("bounded", "theorem t (x : ℤ) (h : x * x = 49) (h' : -8 < x ∧ x < 8) : x = 7 ∨ x = -7"),
        (
            "bounded",
            "theorem t (x : ℕ) (h : 1 ≤ x ∧ x ≤ 90) (k : 7 ∣ (∑ i ∈ Finset.range 5, i) - x) "
            "(l : 80 < x * x + 3) (m : x * x * x < 1000) : x = 9 ∨ 10 ≤ x",
        ),
        ("stated_cases", "theorem t (m x : ℤ) (h : 3 < m ∧ m ≤ 9) (k : 5 * x % m = 1) : m ≠ 5"),
        ("stated_cases", "theorem t (a b : ℕ) (h : a < 7) (k : a * b = 91) (l : 0 < a) : a = 1"),
        ("box_cases", "theorem t (x y : ℤ) (h₀ : 0 < y) (h₁ : y < x) (k : x + x * y = 15) : x = 5"),
        (
            "divisors",
            "theorem t (r s : ℕ) (h₀ : r * s = 450) (h₁ : (r + 5) * (s - 3) = 450) : r = 25",
        ),
        ("instances", "theorem t (f : ℕ → ℤ) (h : ∀ n, f n = 3 * n + f 0) : f 2 - f 1 = 3"),
        ("squares", "theorem t (a b : ℚ) : 2 * a * b ≤ a ^ 2 + b ^ 2"),
        ("products", "theorem t (x : ℚ) (h : x ^ 2 - 5 * x - 4 ≤ 10) : x ≥ -2 ∧ x ≤ 7"),
        ("roots", "theorem t (n : ℤ) (h : (n - 1) * n * (n + 1) = 720) : n + 1 = 10"),
        (
            "roots",
            "theorem t (a b : ℚ) (h : b = a ^ 2 + 4 * a) (k : b = a) (l : 0 ≠ a) : a = -3",
        ),
        (
            "progression",
            "theorem t (a : ℕ → ℚ) (h₀ : ∀ n, a (n + 2) - a (n + 1) = a (n + 1) - a n) "
            "(h₁ : a 1 = 5) (h₂ : a 2 = 9) : a 2010 = 8041",
        ),
        ("lower_bound", "theorem t (n : ℕ) (h : 4 ≤ n) : n ^ 2 ≤ n !"),
        ("gcd_bound", "theorem t (n : ℕ) : Nat.gcd (n + 7) (2 * n + 1) ≤ 13"),
        ("greatest_power", "theorem t : IsGreatest {n : ℕ | 2 ^ n ∣ 10!} 8"),
        ("induction_sum", "theorem t (n : ℕ) : ∑ k in Finset.range n, (2 * k + 1) = n ^ 2"),
    ],
)
async def test_a_recipe_proves(lean: EmbeddedLean, tactic: str, statement: str) -> None:
    alone = [each for each in TACTICS if each.name == tactic]
    result = await Portfolio(lean, tactics=alone).prove(statement, HEADER)
    assert result.proof is not None, [tried.reason for tried in result.tried]


@pytest.mark.parametrize(
    ("claims", "low", "high"),
    [
        (["3 < x", "x ≤ 9"], 4, 9),
        (["x > -3", "x < 9", "x < y"], -2, 8),
        (["0 ≤ x", "2 ≤ x", "9 ≥ x"], 2, 9),
        (["x ≤ y", "x = 3"], None, None),
        (["x < 3 ∨ x < 9"], None, None),
    ],
)
def test_the_bounds_that_claims_state(claims: list[str], low: int | None, high: int | None) -> None:
    assert bounds("x", claims, None) == (low, high)


@given(
    st.lists(st.fractions(-4, 4, max_denominator=3), min_size=1, max_size=3),
    st.booleans(),
)
def test_the_rational_roots_of_a_polynomial_are_found(roots: list[Fraction], rest: bool) -> None:
    coefficients = [Fraction(3), Fraction(0), Fraction(1)] if rest else [Fraction(1)]
    for root in roots:
        shifted = [Fraction(0), *coefficients]
        scaled = [*(root * value for value in coefficients), Fraction(0)]
        coefficients = [a - b for a, b in zip(shifted, scaled, strict=True)]
    found, left = split_at_roots(coefficients)
    assert sorted(found) == sorted(roots)
    assert [value * left[-1] for value in ([3, 0, 1] if rest else [1])] == left


@pytest.mark.parametrize(
    ("base", "modulus", "orbit"),
    [(2, 7, [1, 2, 4]), (10, 9, [1]), (3, 10, [1, 3, 9, 7]), (2, 4, None), (0, 5, None)],
)
def test_the_residues_of_powers(base: int, modulus: int, orbit: list[int] | None) -> None:
    assert periodic_powers(base, modulus) == orbit


def test_the_moduli_that_a_theorem_names() -> None:
    shape = shape_of("theorem t (a n : ℕ) (h : a % 12 = 1) (k : a ≡ n [MOD 5]) : 3 ∣ a ∨ a % 1 = 0")
    assert moduli(shape) == [3, 5, 12]


COEFFICIENTS = st.integers(-4, 4).map(Fraction)
FORMS = st.dictionaries(st.sampled_from(["", "x", "y", "z"]), COEFFICIENTS.filter(bool), min_size=1)


def polynomial_of(form: Linear) -> Polynomial:
    return {(name,) if name else (): value for name, value in form.items()}


def value_at(p: Polynomial, point: dict[str, int]) -> Fraction:
    total = Fraction(0)
    for monomial, coefficient in p.items():
        for name in monomial:
            coefficient *= point[name]
        total += coefficient
    return total


def points() -> Iterator[dict[str, int]]:
    for x in range(-2, 3):
        for y in range(-2, 3):
            yield {"x": x, "y": y, "z": x - 2 * y}


@given(st.lists(FORMS, min_size=1, max_size=4))
def test_a_sum_of_squares_is_found_again(forms: list[Linear]) -> None:
    p: Polynomial = {}
    for form in forms:
        p = add(p, multiply(polynomial_of(form), polynomial_of(form)))
    found = squares(p)
    assert found is not None
    # Where all of the forms found vanish, so does the polynomial.
    for point in points():
        if all(value_at(polynomial_of(form), point) == 0 for form in found):
            assert value_at(p, point) == 0


@given(FORMS, FORMS)
def test_what_takes_negative_values_is_no_sum_of_squares(a: Linear, b: Linear) -> None:
    p = add(
        multiply(polynomial_of(a), polynomial_of(a)),
        multiply(polynomial_of(b), polynomial_of(b)),
        -1,
    )
    if any(value_at(p, point) < 0 for point in points()):
        assert squares(p) is None


@given(FORMS)
def test_a_linear_form_is_read_as_it_is_shown(form: Linear) -> None:
    assert read_polynomial(show_linear(form)) == polynomial_of(form)


def test_polynomials_are_read() -> None:
    x, y = ("x",), ("y",)
    assert read_polynomial("(x - y) ^ 2 / 2") == {
        x + x: Fraction(1, 2),
        x + y: Fraction(-1),
        y + y: Fraction(1, 2),
    }
    assert read_difference("-x ≤ 3") == read_difference("3 ≥ -x") == {(): Fraction(3), x: 1}
    assert substitute(read_polynomial("x ^ 2"), "x", read_polynomial("y + 1")) == (
        read_polynomial("y ^ 2 + 2 * y + 1")
    )
    for text in ("f x", "x / y", "x ^ y", "(x", "", "x +", "∑ i, i", "x ^ 99"):
        with pytest.raises(NotPolynomial):
            read_polynomial(text)
    with pytest.raises(NotPolynomial):
        read_difference("x ∣ y")
