from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.tools.lean.premises.shapes import shape_words
from proofloop.tools.lean.premises.words import name_words, query_words, type_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Nat.dvd_mul_left", ["nat", "dvd", "mul", "left"]),
        ("List.getElem?_append", ["list", "get", "elem", "append"]),
        ("Int.natAbs_neg'", ["int", "nat", "abs", "neg"]),
        ("UInt8.toNat_add", ["u", "int", "8", "to", "nat", "add"]),
    ],
)
def test_names_are_cut_at_dots_underscores_and_humps(name: str, words: list[str]) -> None:
    assert [word for word in name_words(name) if word != "'"] == words


def test_symbols_are_read_as_names_call_them() -> None:
    words = type_words("∀ {a b : ℕ}, a ∣ b → a ≤ b ∧ 2 ^ a ≠ b")
    assert words == ["forall", "nat", "dvd", "imp", "le", "and", "2", "pow", "ne"]


def test_symbols_without_a_word_stay_themselves() -> None:
    assert "⊢" in type_words("P ⊢ Q")


def test_english_is_brought_to_the_words_of_names() -> None:
    assert query_words("the addition is commutative") == ["add", "comm"]
    assert query_words("Greatest common divisor of integers") == ["gcd", "int"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("∀ {a b c : ℕ}, a ∣ b → b ∣ c → a ∣ c", "x ∣ y → y ∣ z → x ∣ z"),
        ("∀ (n m : Nat), n + m = m + n", "p + q = q + p"),
        ("∀ {α : Type u} {as bs : List α}, (as ++ bs).length = 0", "0 = (xs ++ ys).length"),
        ("∀ {p q : Prop}, ¬(p ∧ q) ↔ ¬p ∨ ¬q", "¬a ∨ ¬b ↔ ¬(a ∧ b)"),
    ],
)
def test_equal_shapes_whatever_the_variables(one: str, other: str) -> None:
    assert set(shape_words(one)) & set(shape_words(other)) >= {
        word for word in shape_words(other) if word[0] in "wpc" and "→" not in other
    }
    assert shape_words(one)[0] == shape_words(other)[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [("a ∣ b → b ∣ c", "a ∣ b → a ∣ c"), ("a + b = b + a", "a + b = a + b"), ("n < m", "n < n")],
)
def test_other_shapes_differ(one: str, other: str) -> None:
    assert shape_words(one)[0] != shape_words(other)[0]


@given(st.text(max_size=80))
def test_any_text_can_be_asked(text: str) -> None:
    for word in (*query_words(text), *shape_words(text)):
        assert word
        assert '"' not in word
        assert not word.isspace()
