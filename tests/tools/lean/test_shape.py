from __future__ import annotations

import pytest

from proofloop.tools.lean.shape import shape_of


@pytest.mark.parametrize(
    ("statement", "variables", "claim"),
    [
        ("theorem t : 1 = 1", {}, "1 = 1"),
        ("theorem t (a b : ℕ) : a = b", {"a": "ℕ", "b": "ℕ"}, "a = b"),
        ("theorem t {a : Nat} [inst : Decidable p] : q", {"a": "ℕ", "inst": "Decidable p"}, "q"),
        ("theorem t [Add α] (x : α) : x = x", {"x": "α"}, "x = x"),
        (
            "theorem t (f : ℕ → ℕ) (h₀ : ∀ n, f n = (n : ℤ)) :\n  f 0 = 0",
            {"f": "ℕ → ℕ", "h₀": "∀ n, f n = (n : ℤ)"},
            "f 0 = 0",
        ),
        ("theorem t /- (x : ℕ) : -/ (y : ℕ) : y = y -- (z : ℕ)", {"y": "ℕ"}, "y = y"),
        ("theorem t", {}, ""),
        ("theorem t (a : ℕ", {"a": "ℕ"}, ""),
    ],
)
def test_variables_and_claim(statement: str, variables: dict[str, str], claim: str) -> None:
    shape = shape_of(statement)
    assert (shape.variables, shape.claim) == (variables, claim)


def test_variables_of_a_leading_forall_are_inner() -> None:
    shape = shape_of("theorem t (k : ℕ) : ∀ n m : ℕ, ∀ (i j : ℤ) (l : ℕ), n = ∑ x, x")
    assert shape.inner == ("n", "m", "i", "j", "l")
    assert shape.outer == ("k",)
    assert shape.naturals == ("k", "n", "m", "l")
    assert shape_of("theorem t : ∀ n ≥ 2, ∀ m, n = m").inner == ()
