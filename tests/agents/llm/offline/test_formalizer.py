"""The controlled English, sentence by sentence: pairs.jsonl was read by eye, text against Lean."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from proofloop.agents.llm.offline.judge import read_statements
from proofloop.agents.llm.offline.lean_printer import HEADER, lean_statement
from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean


def rows(name: str) -> list[dict[str, str]]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


PAIRS = rows("pairs.jsonl")
REFUSALS = rows("refusals.jsonl")


def formalize(text: str) -> list[str]:
    return [lean_statement(statement, "t") for statement in read_statements(text)]


def refusal(text: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_statements(text)
    return caught.value


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["informal"][:60])
def test_sentence_becomes_lean(pair: dict[str, str]) -> None:
    assert formalize(pair["informal"]) == [pair["lean"]]


@pytest.mark.parametrize("row", REFUSALS, ids=lambda row: row["informal"][:60])
def test_refusal_names_reason_and_part(row: dict[str, str]) -> None:
    found = refusal(row["informal"])
    assert found.reason == row["reason"]
    assert found.span is not None
    start, end = found.span
    assert row["informal"][start:end] == row["part"]
    assert found.describe(row["informal"]).count("\n") == 0


async def test_lean_elaborates_every_statement(lean: EmbeddedLean) -> None:
    statements = [
        pair["lean"].replace("theorem t", f"theorem t{index}", 1)
        for index, pair in enumerate(PAIRS)
    ]
    source = "\n".join(f"{statement} := by sorry" for statement in statements)
    limits = CheckLimits(wall_seconds=60)
    request = CheckRequest(source=source, header=HEADER, allow_sorry=True, limits=limits)
    report = await lean.check(request)
    assert report.errors == (), report.reason
    assert {theorem.name for theorem in report.theorems} == {f"t{i}" for i in range(len(PAIRS))}


async def test_lean_rejects_what_the_printer_would_never_write(lean: EmbeddedLean) -> None:
    source = "theorem t (n : ℕ) : (n : ℚ) ∣ 2 ^ n := by sorry"
    report = await lean.check(CheckRequest(source=source, header=HEADER, allow_sorry=True))
    assert report.errors


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        (
            "What is the product of 2 and the sum of 3 and 4 and 5? Show that it is 24.",
            ["theorem t : 2 * (3 + 4 + 5) = 24", "theorem t : 2 * (3 + 4) * 5 = 24"],
        ),
        (
            "Suppose that x is even and y is odd or z is even. Show that x + y + z < 9.",
            ["theorem t (x y z : ℤ) (h₀ : Even x ∧ Odd y ∨ Even z) : x + y + z < 9"],
        ),
    ],
)
def test_ambiguous_sentence_has_all_its_readings(text: str, readings: list[str]) -> None:
    assert sorted(formalize(text)) == sorted(readings)


def test_natural_subtraction_never_truncates() -> None:
    (lean,) = formalize("Let n be a natural number. Show that n - 5 < n.")
    assert lean == "theorem t (n : ℕ) : (n : ℤ) - 5 < (n : ℤ)"


def test_known_bound_allows_subtraction_in_an_exponent() -> None:
    (lean,) = formalize("Let n be an integer with n >= 3. Show that 2^(n-3) > 0.")
    assert lean == "theorem t (n : ℕ) (h₀ : n ≥ 3) : 2 ^ (n - 3) > 0"
    assert "negative" in refusal("Let n be an integer with n >= 2. Show that 2^(n-3) > 0.").reason


def test_fraction_is_exact_and_its_denominator_is_not_zero() -> None:
    (lean,) = formalize("Let a and b be integers. Show that (a/b) * b = a.")
    expected = "theorem t (a b : ℤ) (h₀ : b ≠ 0) : (a : ℚ) / (b : ℚ) * (b : ℚ) = (a : ℚ)"
    assert lean == expected


def test_existence_of_a_fraction_supposes_its_denominator() -> None:
    (lean,) = formalize("Show that there is no integer k such that 1/k = 0.")
    assert lean == "theorem t : ¬(∃ k : ℤ, k ≠ 0 ∧ 1 / (k : ℚ) = 0)"


def test_for_some_is_existential_even_after_its_statement() -> None:
    (lean,) = formalize("Let n be an integer with n = 3k for some integer k. Show that 3 | n.")
    assert lean == "theorem t (n : ℤ) (h₀ : ∃ k : ℤ, n = 3 * k) : (3 : ℤ) ∣ n"


def test_for_an_integer_inside_a_statement_is_refused() -> None:
    refusal("Let n be an integer with n = 3k for an integer k. Show that 3 | n.")


def test_reals_are_refused_with_the_reason() -> None:
    assert "the embedded Lean has none" in refusal("Show that x > 0 for all real numbers x.").reason


def test_question_without_its_answer_is_refused() -> None:
    assert "states no answer" in refusal("What is 2 + 2?").reason


CHOICES = r"$\textbf{(A)}\ 3\qquad\textbf{(B)}\ 4\qquad\textbf{(C)}\ 5$"


def test_answer_by_letter_is_looked_up_in_the_choices() -> None:
    text = f"What is $2+2$? {CHOICES} Show that it is B."
    assert formalize(text) == ["theorem t : 2 + 2 = 4"]


def test_letter_that_is_no_choice_is_refused() -> None:
    text = f"What is $2+2$? {CHOICES} Show that it is E."
    assert "does not list" in refusal(text).reason


@pytest.mark.parametrize(
    "spelling",
    [
        r"Show that for all integers $x$ and $y$, $x\cdot y \le x^2 + y^2$.",
        "Show that for all integers x and y, x * y <= x^2 + y^2.",
        "Show that for all integers x and y, x·y ≤ x² + y².",
        r"Show that $xy \leq x^{2} + y^2$ for all integers $x$ and $y$.",
        r"Let $x, y \in \mathbb{Z}$. Show that \(x \times y \leqslant x^2+y^2\).",
    ],
)
def test_latex_unicode_and_ascii_say_the_same(spelling: str) -> None:
    assert formalize(spelling) == ["theorem t (x y : ℤ) : x * y ≤ x ^ 2 + y ^ 2"]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 4_001,
        "Show that " + "x is even and " * 100 + "x is odd.",
        "Show that $" + "(" * 1_900 + "$.",
        "Show that $" + "1+" * 1_900 + "1 = 2$.",
        "Show that the sum of a and b " + "and the sum of a and b " * 60 + "is even.",
        "Show that " + "if $x = 1$, then " * 60 + "$x = 2$.",
        "\\frac" * 700,
        "$" * 3_999,
        "",
        "   \n ",
        "∀∃∀∃",
        "\x00",
    ],
    ids=lambda text: text[:20],
)
def test_hostile_text_is_refused_quickly(text: str) -> None:
    read_statements_once_to_build_the_parsers()
    began = time.thread_time()
    refusal(text)
    assert time.thread_time() - began < 3


def read_statements_once_to_build_the_parsers() -> None:
    read_statements("Show that 1 = 1.")


def test_readings_of_a_long_ambiguous_sentence_stay_few() -> None:
    text = "Show that the product of 1 and 2 " + "and the sum of 1 and 2 " * 8 + "is even."
    began = time.thread_time()
    assert 1 < len(formalize(text)) <= 8
    assert time.thread_time() - began < 3
