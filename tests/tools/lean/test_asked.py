"""Two files, the theorem asked and the proof: what an ordinary user may expect of them."""

from __future__ import annotations

import pytest

from proofloop.core.errors import InputError
from proofloop.tools.lean.asked import asked_fields, stands_alone
from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.report import LeanReport, Tier

LIMITS = CheckLimits(wall_seconds=60)
DEFINES = """import Std
open Nat
/-- twice a number -/
def twice (n : Nat) : Nat := n + n

/-- what is asked -/
@[simp] theorem t (n : Nat) : twice n = 2 * n := by
  sorry
"""
PROOF = "theorem t (n : Nat) : twice n = 2 * n := by unfold twice; omega"
DEFINITION = "def twice (n : Nat) : Nat := n + n\n"


async def ask(lean: EmbeddedLean, statement: str, source: str, **more: object) -> LeanReport:
    fields = {**asked_fields(statement, source), "source": source, "limits": LIMITS, **more}
    return await lean.check(CheckRequest.model_validate(fields))


def test_the_statement_is_the_last_theorem_and_the_header_what_stands_before() -> None:
    fields = asked_fields(DEFINES, PROOF)
    assert fields["statement"] == "theorem t (n : Nat) : twice n = 2 * n"
    assert fields["header"].splitlines()[0] == "import Std"
    assert fields["header"].endswith("n + n")
    assert not fields["standalone"]
    inside = asked_fields("namespace A\nlemma b : 1 = 1 := sorry\nend A\n", PROOF)
    assert (inside["statement"], inside["header"]) == ("theorem b : 1 = 1", "namespace A")


@pytest.mark.parametrize("text", ["def f := 1", "theorem t : 1 = 1 := rfl"])
def test_a_file_without_a_theorem_to_prove_is_a_users_error(text: str) -> None:
    with pytest.raises(InputError):
        asked_fields(text, PROOF, file="asked.lean")


def test_a_proof_stands_alone_with_imports_or_with_the_statements_own_beginning() -> None:
    header = "import Std\nopen Nat -- all of it\n" + DEFINITION
    assert stands_alone("import Std\n" + PROOF, header)
    assert stands_alone("open  Nat\n\n" + DEFINITION + "theorem h : 1 = 1 := rfl\n" + PROOF, header)
    assert not stands_alone(PROOF, header)
    assert not stands_alone("open Nat\n" + PROOF, header)
    assert not stands_alone(PROOF, "import Std")


@pytest.mark.parametrize(
    "source",
    [
        PROOF,
        "open Nat\ntheorem h : 1 = 1 := rfl\n" + PROOF,
        "import Std\nopen Nat\n" + DEFINITION + "theorem h : 1 = 1 := rfl\n" + PROOF,
        "import Lean\n\nopen Lean\n" + DEFINITION + PROOF,
        "open Nat\n" + DEFINITION + "private def other := 3\n" + PROOF,
    ],
)
async def test_a_proof_in_a_file_of_its_own_or_after_the_statements(
    lean: EmbeddedLean, source: str
) -> None:
    report = await ask(lean, DEFINES, source)
    assert (report.accepted, report.reason) == (True, "")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import Std\ndef twice (n : Nat) : Nat := 2 * n\n" + PROOF.replace("omega", "rfl"),
         "twice is defined otherwise"),
        ("import Std\ndef twice (n : Int) : Nat := 0\ntheorem t (n : Nat) : twice n = 0 := rfl",
         "states something else"),
        ("import Std\ndef A.twice (n : Nat) : Nat := n + n\nopen A\n" + PROOF, "twice"),
        ("import Std\n" + DEFINITION + "theorem u : 1 = 1 := rfl", "not in the text"),
        ("import Std\nabbrev twice (n : Nat) : Nat := n + n + 0\n" + PROOF, "twice"),
        ("import Std\n" + DEFINITION + "instance : HMul Nat Nat Nat := ⟨fun _ n => n + n⟩\n"
         "theorem t (n : Nat) : twice n = 2 * n := rfl", "its type"),
    ],
)  # fmt: skip
async def test_a_file_that_defines_otherwise_what_is_asked_proves_something_else(
    lean: EmbeddedLean, source: str, words: str
) -> None:
    report = await ask(lean, DEFINES, source)
    assert report.failed_tier == Tier.STATEMENT, report
    assert words in report.reason


INDUCTIVE = "inductive C | red | blue\nderiving DecidableEq\n"
STRUCTURE = "structure P where\n  x : Nat\n  y : Nat := 3\n"


@pytest.mark.parametrize(
    ("definition", "other", "theorem"),
    [
        (INDUCTIVE, INDUCTIVE.replace("| blue", "| blue | green"), "(c : C) : c = c"),
        (INDUCTIVE, INDUCTIVE.replace("red", "rot"), "(c : C) : c = c"),
        (STRUCTURE, STRUCTURE.replace("y : Nat", "y : Int"), "(p : P) : p.x = p.x"),
        ("def f : Nat → Nat\n  | 0 => 1\n  | n + 1 => 2 * f n\n",
         "def f : Nat → Nat\n  | 0 => 1\n  | n + 1 => 3 * f n\n", ": f 0 = f 0"),
        ("abbrev N := Nat\n", "abbrev N := Int\n", "(n : N) : n = n"),
        ("private def g (n : Nat) := n\n", "private def g (n : Nat) := n + 1\n", ": g 1 = g 1"),
    ],
)  # fmt: skip
async def test_definitions_are_compared_all_the_way_down(
    lean: EmbeddedLean, definition: str, other: str, theorem: str
) -> None:
    statement = f"{definition}theorem t {theorem} := sorry"
    proof = f"theorem t {theorem} := rfl"
    assert (await ask(lean, statement, f"import Init\n{definition}{proof}")).accepted
    assert (await ask(lean, statement, proof)).accepted
    changed = await ask(lean, statement, f"import Init\n{other}{proof}")
    assert changed.failed_tier == Tier.STATEMENT, changed


async def test_a_name_that_nothing_binds_is_an_error_unless_it_is_allowed(
    lean: EmbeddedLean,
) -> None:
    statement, source = (
        "theorem t (xs : List α) : xs = xs",
        "theorem t (xs : List α) : xs = xs := rfl",
    )
    strict = await ask(lean, statement, source)
    assert strict.failed_tier == Tier.STATEMENT
    assert "auto-bound" in strict.reason
    allowed = await ask(lean, statement, source, auto_implicit=True)
    assert allowed.accepted
    assert any("nothing binds" in message.text for message in allowed.messages)
    said = f"set_option autoImplicit true\n{statement}"
    assert (await ask(lean, said, source)).accepted
