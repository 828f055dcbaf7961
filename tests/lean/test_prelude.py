"""What the prelude's words mean, pinned down by theorems that the embedded Lean must accept."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from proofloop.tools.lean import stand_ins
from proofloop.tools.lean.backend import CheckLimits, CheckRequest, LeanBackend

PINS = Path(__file__).parent / "pins"
PRELUDE = files("proofloop.lean") / "prelude"
LIMITS = CheckLimits(wall_seconds=60, heartbeats=100_000)
ORDERED_FIELD = "import Proofloop\n" + (PRELUDE / "ordered_field.lean").read_text("utf-8")


@pytest.mark.parametrize(
    "name", ["notation", "order", "number_theory", "finite_sets", "sets", "events"]
)
async def test_words_mean_what_their_pins_say(lean: LeanBackend, name: str) -> None:
    source = (PINS / f"{name}.lean").read_text("utf-8")
    report = await lean.check(CheckRequest(source=source, limits=LIMITS))
    assert report.accepted, (report.reason, report.errors)
    assert len(report.theorems) == source.count("\ntheorem ")


async def test_an_ordered_field_stands_for_the_real_numbers(lean: LeanBackend) -> None:
    source = (PINS / "ordered_field.lean").read_text("utf-8")
    report = await lean.check(CheckRequest(source=source, header=ORDERED_FIELD, limits=LIMITS))
    assert report.accepted, (report.reason, report.errors)
    assert report.notes == (stand_ins.ORDERED_FIELD,)


async def test_ratios_may_stand_for_the_reals_so_two_has_no_root(lean: LeanBackend) -> None:
    """What rests on completeness cannot be proved: ℚ is one of these fields."""
    source = (
        "theorem t : (∀ (R : Type) [Lean.Grind.Field R], ∃ b : R, b * b = 2) →\n"
        "    ∃ b : ℚ, b * b = 2 := fun h => h ℚ"
    )
    report = await lean.check(CheckRequest(source=source, header=ORDERED_FIELD))
    assert report.accepted and not report.notes


@pytest.mark.parametrize(
    ("header", "source", "notes"),
    [
        (ORDERED_FIELD, "theorem t (x : ℝ) : x = x := rfl", (stand_ins.ORDERED_FIELD,)),
        ("", ORDERED_FIELD + "theorem t (x : ℝ) : x = x := rfl", (stand_ins.ORDERED_FIELD,)),
        ("variable {ℝ : Type} [Add ℝ]", "theorem t (x : ℝ) : x = x", (stand_ins.VARIABLE,)),
        (ORDERED_FIELD, "theorem t : 1 = 1 -- not over ℝ", ()),
        ("import Mathlib", "theorem t (x : ℝ) : x = x", ()),
        ("-- variable {ℝ : Type}", "theorem t (x : ℝ) : x = x", ()),
    ],
)
def test_a_report_says_what_stands_for_the_reals(
    header: str, source: str, notes: tuple[str, ...]
) -> None:
    assert stand_ins.stand_ins(header, source) == notes


@pytest.mark.parametrize(
    "statement",
    [
        "theorem t : Nat.Prime 91",
        "theorem t : 3 ∣ 10",
        "theorem t : Nat.choose 4 2 = 5",
        "theorem t : ∑ k ∈ Finset.range 4, k = 10",
        "theorem t : |(-3 : ℤ)| = -3",
        "theorem t : Nat.digits 10 12 = [1, 2]",
        "theorem t : ({1, 1, 2} : Finset ℕ).card = 3",
        "theorem t : ({1, 2} : Finset ℕ) = {1, 2, 3}",
        "theorem t : ∏ k ∈ Finset.range 4, k = 6",
        "theorem t : Nat.sqrt 15 = 4",
        "theorem t : Nat.totient 1 = 0",
        "theorem t : Nat.divisors 0 = {0}",
        "theorem t : 7 ∈ Finset.Ico 3 7",
        "open Events in theorem t : ∃ i : Fin 3, i.val = 3",
    ],
)
async def test_false_statements_stay_unproved(lean: LeanBackend, statement: str) -> None:
    source = f"import Proofloop\n{statement} := by decide"
    report = await lean.check(CheckRequest(source=source, limits=LIMITS))
    assert not report.accepted
    assert "false" in report.errors[0].text


async def test_the_factorial_sign_needs_its_namespace_open(lean: LeanBackend) -> None:
    source = "import Proofloop\ntheorem t : 3 ! = 6 := rfl"
    report = await lean.check(CheckRequest(source=source, limits=LIMITS))
    assert not report.accepted


async def test_goals_are_shown_in_the_signs_they_were_written_in(lean: LeanBackend) -> None:
    source = "import Proofloop\ntheorem t (x : ℤ) : ∃! y, |x| = ∑ k ∈ Finset.range 3, y := by skip"
    report = await lean.check(CheckRequest(source=source, limits=LIMITS))
    assert "∃! y, |x| = ∑ k ∈ Finset.range 3, y" in report.errors[0].text


async def test_the_words_can_be_run(lean: LeanBackend) -> None:
    source = "import Proofloop\nopen Nat\n#eval (5 !, Nat.digits 10 12, ∑ k ∈ Finset.Icc 1 3, k)"
    report = await lean.check(CheckRequest(source=source, limits=LIMITS))
    assert [message.text for message in report.messages] == ["(120, [2, 1], 6)"]
