import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.core.errors import InputError
from proofloop.tools.lean.text import (
    blank_comments,
    bracket_fault,
    split_statement,
    statement_faults,
)


@pytest.mark.parametrize(
    "ending", ["", " :=", " := by", " := sorry", " := by sorry", " := by\n  sorry\n"]
)
def test_a_theorem_without_its_proof_is_found(ending: str) -> None:
    split = split_statement(f"import Proofloop\nopen Nat\ntheorem t (n : ℕ) : n + 0 = n{ending}")
    assert split.header == "import Proofloop\nopen Nat"
    assert split.text == "theorem t (n : ℕ) : n + 0 = n"
    assert split.name == "t"


def test_a_let_in_the_claim_is_no_proof() -> None:
    assert split_statement("theorem t : let x := 1; x = 1 := by").text.endswith("x = 1")


def test_a_default_in_a_binder_is_no_proof() -> None:
    split = split_statement("theorem t (n : Nat) (h : n = n := by rfl) : n = n := sorry")
    assert split.text.endswith(": n = n")


def test_theorems_in_comments_and_strings_do_not_count() -> None:
    text = 'theorem t : "theorem x" = "" := sorry\n-- theorem u : 1 = 1\n/- theorem v -/'
    assert split_statement(text).name == "t"


@pytest.mark.parametrize(
    ("text", "words"),
    [("theorem t : 1 = 1 := rfl", "already has a proof"), ("def a := 1", "no theorem")],
)
def test_what_is_nothing_to_prove_is_said(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        split_statement(text, file="f.lean")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("theorem t (n : ℕ : n = n", "line 1: '(' is never closed"),
        ("theorem t : n = n)", "closes nothing"),
        ("/- open\ntheorem t : 1 = 1", "comment '/-' is never closed"),
        ("import Mathlib\ntheorem t : 1 = 1", "nothing may stand before"),
        ("theorem t", "no type"),
        ("theorem t : 1 = 1\ntheorem u : 1 = 1", "exactly one theorem"),
        ("theorem t (h : sorry) : 1 = 1", "`sorry` may not"),
        ("theorem t : 1 = 1 := rfl\nexample : 1 = 2", "`example` may not"),
        ("theorem t : ∀ n, n = n | 0 => rfl | _ => rfl def x : Nat", "`def` may not"),
    ],
)
def test_faults_are_found_before_any_lean(text: str, fault: str) -> None:
    assert any(fault in found for found in statement_faults(text))


def test_a_good_statement_has_no_fault() -> None:
    statement = "theorem t (a b : ℕ) (h : a ∣ b) : ∃ k, b = a * k -- (an unclosed comment bracket"
    assert statement_faults(statement) == []


@given(st.text(alphabet='ab(){}[]⟨⟩/-"\\\n ', max_size=40))
def test_blanking_keeps_every_position(text: str) -> None:
    plain = blank_comments(text)
    assert len(plain) == len(text)
    assert [i for i, c in enumerate(plain) if c == "\n"] == [
        i for i, c in enumerate(text) if c == "\n"
    ]
    assert all(old == new or new == " " for old, new in zip(text, plain, strict=True))
    bracket_fault(text)


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("c = '\"' (h) '\\''", "c = ' ' (h) '  '"),
        ("h' : f'' 'x' h'", "h' : f'' ' ' h'"),
        (r'r"\" -- a', 'r" "     '),
        ('r#"a"b"# c', 'r#"   "# c'),
        ("«/-» b «-/» «in» «a:b»", "«__» b «__» «in» «a_b»"),
        ("/-/ a -/ b /- /- -/", "         b         "),
    ],
)
def test_what_lean_reads_as_one_piece_is_blanked_as_one(text: str, blanked: str) -> None:
    assert blank_comments(text) == blanked
