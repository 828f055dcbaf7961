from __future__ import annotations

import pytest

from proofloop.agents.llm.offline.judge import judge

SAME = [
    (
        "Let a and b be positive integers. If a divides b, then a <= b.",
        "theorem x (p q : ℕ) (h : p ∣ q) (h0 : 0 < q) (h1 : 0 < p) : p ≤ q",
    ),
    (
        "Show that for every integer n, if n is even then n^2 is even.",
        "theorem x : ∀ m : ℤ, Even m → Even (m ^ 2)",
    ),
    (
        "Show that n^2 + n is even for every integer n.",
        "theorem x (n : ℤ) : 2 ∣ n + n ^ 2",
    ),
    (
        "Let n be a positive integer. Show that n + 1 > 1.",
        "theorem x (n : ℤ) (h : 0 < n) : 1 < n + 1",
    ),
    (
        "Show that 5^n ≡ 1 (mod 4) for every natural number n.",
        "theorem x (n : ℕ) : 5 ^ n % 4 = 1",
    ),
    (
        "What is the remainder when 100 is divided by 7? Show that it is 2.",
        "theorem x : 100 % 7 = 2",
    ),
    (
        r"Compute $\sum_{k=1}^{10} k$. Show that it is 55.",
        "theorem x : (∑ i ∈ Finset.Icc 1 10, i) = 55",
    ),
    (
        "Let x and y be integers with x > y and y > 0. Show that x is positive.",
        "theorem x (x y : ℤ) (h : 0 < y ∧ y < x) : 0 < x",
    ),
]

DIFFERENT = [
    (
        "What is the remainder when 100 is divided by 7? Show that it is 2.",
        "theorem x : 100 % 8 = 4",
    ),
    ("Show that 2 + 2 = 4.", "theorem x : 3 + 2 = 5"),
    (
        "Show that the sum of two even integers is even.",
        "theorem x (a b : ℤ) (h : Even a) (h1 : Odd b) : Even (a + b)",
    ),
    (
        "Let n be a positive integer. Show that n >= 1.",
        "theorem x (n : ℕ) : n ≥ 1",
    ),
    (
        "Show that for every integer n, n^2 >= 0.",
        "theorem x (m n : ℤ) : n ^ 2 ≥ m",
    ),
    (
        "What is the smallest positive integer that is divisible by 4 and 6? Show that it is 12.",
        "theorem x : IsLeast { n : ℕ | 0 < n ∧ 4 ∣ n } 4",
    ),
    (
        "What is the smallest positive integer that is divisible by 4 and 6? Show that it is 12.",
        "theorem x : IsLeast { n : ℕ | 0 < n ∧ 4 ∣ n } 12",
    ),
]

ABSTENTIONS = [
    ("Show that every continuous function is bounded.", "theorem x : 1 = 1", "informal text"),
    ("Show that 1 = 1.", "theorem x (f : ℝ → ℝ) : f = f", "Lean statement"),
    ("Show that 1 = 1.", "not Lean at all", "Lean statement"),
    (
        "Show that x - y is even if x and y are odd.",
        "theorem x (x y : ℕ) (h : Odd x) (h1 : Odd y) : Even (x - y)",
        "the text speaks of x : ℤ, y : ℤ",
    ),
    (
        "Let n be an integer. Show that n(n + 1) is even.",
        "theorem x (n : ℤ) : Even (n ^ 2 + n)",
        "no values were found",
    ),
]


@pytest.mark.parametrize(("informal", "lean"), SAME)
def test_same_meaning_up_to_names_order_and_spelling(informal: str, lean: str) -> None:
    opinion = judge(informal, lean)
    assert opinion.consistent is True, opinion.reasons


@pytest.mark.parametrize(("informal", "lean"), DIFFERENT)
def test_different_meaning_is_told_apart(informal: str, lean: str) -> None:
    opinion = judge(informal, lean)
    assert opinion.consistent is False, opinion.reasons
    assert opinion.reasons


@pytest.mark.parametrize(("informal", "lean", "reason"), ABSTENTIONS)
def test_judge_abstains_outside_of_its_fragment(informal: str, lean: str, reason: str) -> None:
    opinion = judge(informal, lean)
    assert opinion.consistent is None
    assert reason in opinion.reasons


def test_witness_is_named() -> None:
    opinion = judge("Let n be a positive integer. Show that n >= 1.", "theorem x (n : ℕ) : n ≥ 1")
    assert "n = 0" in opinion.reasons


def test_one_of_several_readings_is_enough() -> None:
    text = "What is the product of 2 and the sum of 3 and 4 and 5? Show that it is 24."
    assert judge(text, "theorem x : 2 * (3 + 4 + 5) = 24").consistent is True
    assert judge(text, "theorem x : 2 * (3 + 4) * 5 = 24").consistent is True


def test_truncated_subtraction_in_lean_is_not_taken_for_the_texts() -> None:
    text = "Let n be a natural number. Show that n - 1 < n."
    assert judge(text, "theorem x (n : ℕ) : (n : ℤ) - 1 < n").consistent is True
    assert judge(text, "theorem x (n : ℕ) : n - 1 < n").consistent is False


SQUARE = "Let n be a natural number. Show that if n^2 is even then n is even."


@pytest.mark.parametrize(
    ("lean", "consistent"),
    [
        ("theorem t (n : ℕ) (h : Even (n ^ 2)) : Even n", True),
        ("theorem t (n : ℕ) (h : ¬ Even n) : ¬ Even (n ^ 2)", True),
        ("theorem t (n : ℕ) (h : Odd n) : Odd (n ^ 2)", None),
        ("theorem t (n : ℕ) (h : ¬ Even (n ^ 2)) : ¬ Even n", None),  # holds where the text does
        ("theorem t (n : ℕ) (h : ¬ Even n) : Even (n ^ 2)", False),
    ],
)
def test_a_contrapositive_is_no_other_statement(lean: str, consistent: bool | None) -> None:
    assert judge(SQUARE, lean).consistent is consistent
