from __future__ import annotations

import json
from pathlib import Path

import pytest

from proofloop.agents.llm.offline.english_printer import english_statement
from proofloop.agents.llm.offline.judge import compare, read_statements
from proofloop.agents.llm.offline.lean_printer import lean_statement
from proofloop.agents.llm.offline.lean_reader import read_lean
from proofloop.agents.llm.offline.refusal import Refusal

STATEMENTS = [
    json.loads(line)["lean"]
    for line in Path(__file__).with_name("pairs.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("lean", STATEMENTS)
def test_lean_is_read_back_as_it_was_printed(lean: str) -> None:
    assert lean_statement(read_lean(lean), "t") == lean


@pytest.mark.parametrize("lean", STATEMENTS)
def test_english_says_what_lean_says(lean: str) -> None:
    statement = read_lean(lean)
    english = english_statement(statement)
    opinions = [compare(reading, statement) for reading in read_statements(english)]
    assert opinions[0].consistent is True, english


@pytest.mark.parametrize(
    ("lean", "english"),
    [
        (
            "theorem t (a b : ℤ) (h : a ∣ b) : a ∣ b ^ 2",
            r"Let $a$ and $b$ be integers. Suppose that $a \mid b$. Show that $a \mid b^{2}$.",
        ),
        (
            "theorem t : ∀ n : ℕ, Even n ∨ Odd n",
            "Show that for every natural number $n$, $n$ is even or $n$ is odd.",
        ),
        (
            "theorem t : (∑ k in Finset.range 11, k) % 9 = 1",
            r"Show that $(\sum_{k = 0}^{10} k \bmod 9) = 1$.",
        ),
        (
            "theorem t : IsLeast {x : ℕ | 30 * x ≡ 42 [MOD 47]} 39",
            r"What is the smallest natural number $x$ such that "
            r"$30 \cdot x \equiv 42 \pmod{47}$? Show that it is $39$.",
        ),
        (
            "theorem t (n k : ℕ) (h₀ : 0 < k) (h₁ : k ≤ n) : Nat.choose (n - 1) (k - 1) ≤ n !",
            r"Let $n$ and $k$ be natural numbers. Suppose that $0 < k$. Suppose that $k \leq n$. "
            r"Show that $\binom{n - 1}{k - 1} \leq n!$.",
        ),
    ],
)
def test_english_of_a_statement(lean: str, english: str) -> None:
    assert english_statement(read_lean(lean)) == english


def test_truncated_subtraction_has_no_english_minus() -> None:
    with pytest.raises(Refusal, match="cuts off at 0"):
        english_statement(read_lean("theorem t (n : ℕ) : n - 1 ≤ n"))


@pytest.mark.parametrize(
    ("lean", "reason"),
    [
        ("theorem t (x : ℝ) : x = x", "outside of the fragment"),
        ("theorem t : foo 1 = 1", "foo is not in the fragment"),
        ("theorem t (n : ℕ) : (n : ℤ) ∣ 3 → (2 : ℤ) = (n : ℕ) - 0 ∧ x = 1", "x is not a number"),
        ("theorem t (n : ℕ) (n : ℤ) : n = n", "n is bound twice"),
        ("theorem t : " + "1 + " * 900 + "1 = 2", "nested too deeply"),
        ("theorem t : " + " " * 4_000 + "1 = 1", "more than 4000 characters"),
        ("", "outside of the fragment"),
    ],
)
def test_lean_outside_of_the_fragment_is_refused(lean: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        read_lean(lean)
