"""Where two statements differ, in words."""

import pytest

from proofloop.graphs.context import DEFAULT_HEADER
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.equivalence.differ import Difference, difference
from proofloop.tools.lean.equivalence.subject import read_subjects


async def differ(lean: LeanBackend, a: str, b: str) -> Difference:
    first, second = await read_subjects(lean, DEFAULT_HEADER, [f"theorem t {a}", f"theorem u {b}"])
    return difference(first, second)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (
            "(a b : ℕ) (ha : Even a) (hb : Even b) : Even (a + b)",
            "(m n : ℕ) (h : Even m) : Even (m + n)",
            "only the first assumes `Even b`",
        ),
        (
            "(n : ℕ) (h : 0 < n) : n ∣ n * n",
            "(k : ℕ) (h : 1 < k) : k ∣ k * k",
            "only the first assumes `0 < n`; only the second assumes `1 < n`",
        ),
        (
            "(x : ℕ) : x < x + 1",
            "(y : ℕ) : y ≤ y + 1",
            "the first claims `x < x + 1`, the second `x ≤ x + 1`",
        ),
        (
            "(x : ℕ) : x = x",
            "(x : ℤ) : x = x",
            "only the first assumes `x : ℕ`; only the second assumes `x : ℤ`",
        ),
        ("(a b : ℕ) : a + b = b + a", "(b a : ℕ) : b + a = a + b", "they differ in nothing"),
    ],
)
async def test_the_words_name_what_only_one_has(
    lean: LeanBackend, a: str, b: str, words: str
) -> None:
    assert (await differ(lean, a, b)).words().startswith(words)


async def test_variables_are_paired_so_that_least_differs(lean: LeanBackend) -> None:
    found = await differ(
        lean,
        "(a b : ℕ) (ha : a < 5) (hb : b < 7) : a * b < 35",
        "(a b : ℕ) (ha : a < 7) (hb : b < 5) : b * a < 35",
    )
    assert (found.only_first, found.only_second, found.claims) == ((), (), None)
