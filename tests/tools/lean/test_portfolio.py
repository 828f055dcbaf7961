"""The portfolio prover on the real Lean."""

from __future__ import annotations

import asyncio
import time

import pytest

from proofloop.tools.lean.backend import CheckRequest
from proofloop.tools.lean.embedded.backend import EmbeddedLean
from proofloop.tools.lean.portfolio import Portfolio, proof_text, suggestions
from proofloop.tools.lean.report import Diagnostic, LeanReport, Tier
from proofloop.tools.lean.shape import shape_of
from proofloop.tools.lean.tactics import TACTICS, Tactic, attempts

FALSE = "theorem t (a b : Nat) : a + b = b * a"
SLOW = "have : (List.range 10000000).foldl (· + ·) 0 = 0 := by decide +kernel"


@pytest.mark.parametrize(
    "statement",
    [
        "theorem t : 2 ^ 10 = 1024",
        "theorem t (a b : Nat) (h : a < b) : a + 1 ≤ b",
        "theorem t (n : Nat) (h₀ : n < 398) (h₁ : n * 7 % 398 = 1) : n = 57",
        "theorem t (a b : Int) : (a + b) ^ 2 = a ^ 2 + 2 * a * b + b ^ 2",
        "theorem t (x : Rat) (h : 2 * (2 * (2 * (2 * x))) = 48) : x = 3",
        "theorem t (p q r : Prop) (h : p → q) (k : q → r) : p → r",
        "theorem t (xs ys : List Nat) : (xs ++ ys).length = ys.length + xs.length",
        "theorem t (n : Nat) : 2 * (List.range (n + 1)).sum = n * (n + 1)",
        "theorem t : ∀ n < 20, n * n < 400",
        "theorem t (x : BitVec 8) : x &&& x = x",
        "theorem t (a b : Nat) : a ∣ a * b",
    ],
)
async def test_what_it_proves_is_the_statement(lean: EmbeddedLean, statement: str) -> None:
    result = await Portfolio(lean).prove(statement, seconds=60)
    assert result.proof is not None
    assert result.report is not None
    assert result.report.tier == Tier.KERNEL
    assert result.tactic in [tried.tactic for tried in result.tried if tried.outcome == "proved"]
    again = await lean.check(CheckRequest(source=result.proof, statement=statement))
    assert again.accepted


async def test_a_false_statement_gets_no_proof(lean: EmbeddedLean) -> None:
    result = await Portfolio(lean).prove(FALSE, seconds=60, heartbeats=2_000)
    assert (result.proof, result.report, result.tactic) == (None, None, "")
    assert len(result.tried) > 10
    assert {tried.outcome for tried in result.tried} <= {"failed", "timeout"}
    assert all(tried.reason for tried in result.tried)


async def test_the_header_is_read_first(lean: EmbeddedLean) -> None:
    header = 'import Std\nnotation "ℤ" => Int\nopen Nat\n'
    result = await Portfolio(lean).prove("theorem t (a : ℤ) : a - a = 0", header)
    assert result.proof is not None


async def test_the_first_of_the_list_wins_when_tried_one_by_one(lean: EmbeddedLean) -> None:
    tactics = (Tactic("skip", "skip"), Tactic("one", "omega"), Tactic("two", "rfl"))
    result = await Portfolio(lean, tactics=tactics, width=1).prove("theorem t : 1 + 1 = 2")
    assert result.tactic == "one"
    assert [(tried.tactic, tried.outcome) for tried in result.tried] == [
        ("skip", "failed"),
        ("one", "proved"),
    ]


async def test_a_winner_does_not_wait_for_the_losers(lean: EmbeddedLean) -> None:
    tactics = (Tactic("slow", SLOW), Tactic("rfl", "rfl"))
    result = await Portfolio(lean, tactics=tactics, width=2).prove("theorem t : 1 + 1 = 2")
    assert result.tactic == "rfl"
    assert result.tried[-1].outcome == "cancelled"


async def test_a_search_ends_with_its_heartbeats_whatever_the_clock_says(
    lean: EmbeddedLean,
) -> None:
    tactics = tuple(Tactic(f"omega{i}", f"first | omega | fail '{i}'") for i in range(5))
    portfolio = Portfolio(lean, tactics=tactics, width=1)
    whole = await portfolio.prove(FALSE)
    assert len(whole.tried) == 5
    one = (await lean.check(CheckRequest(source=proof_text(FALSE, tactics[0].script)))).heartbeats  # type: ignore[arg-type]
    assert one > 0
    for effort, tries in ((0, 0), (1, 1), (one, 1), (one + 1, 2)):
        assert len((await portfolio.prove(FALSE, effort=effort)).tried) == tries


async def test_it_stops_at_its_time_limit(lean: EmbeddedLean) -> None:
    tactics = tuple(Tactic(f"slow{n}", SLOW) for n in range(9))
    result = await Portfolio(lean, tactics=tactics).prove(FALSE, seconds=1)
    assert result.proof is None
    assert "timeout" in {tried.outcome for tried in result.tried}
    assert len(result.tried) < 9


@pytest.mark.parametrize("cheat", ["sorry", "native_decide", "exact lcProof", "admit"])
async def test_a_cheating_tactic_proves_nothing(lean: EmbeddedLean, cheat: str) -> None:
    tactics = (Tactic("cheat", cheat),)
    result = await Portfolio(lean, tactics=tactics).prove("theorem t : 2 ^ 10 = 1024")
    assert result.proof is None
    assert [tried.outcome for tried in result.tried] == ["failed"]


async def test_a_search_ends_in_the_proof_that_it_found(lean: EmbeddedLean) -> None:
    search = (Tactic("exact?", "exact?", search=True),)
    result = await Portfolio(lean, tactics=search).prove("theorem t (a b : Nat) : a ∣ a * b")
    assert result.proof is not None
    assert "exact Nat.dvd_mul_right a b" in result.proof
    assert result.tactic == "exact?: exact Nat.dvd_mul_right a b"
    assert [tried.outcome for tried in result.tried] == ["suggested", "proved"]


async def test_cancelling_the_prover_cancels_its_checks(lean: EmbeddedLean) -> None:
    slow = (Tactic("slow", SLOW),)
    proving = asyncio.create_task(Portfolio(lean, tactics=slow).prove(FALSE))
    await asyncio.sleep(0.5)
    proving.cancel()
    start = time.monotonic()
    assert (await lean.check(CheckRequest(source="theorem t : 1 = 1 := rfl"))).accepted
    assert time.monotonic() - start < 60
    assert proving.cancelled()


def test_a_template_gives_one_attempt_for_each_natural_variable() -> None:
    tactic = Tactic("induct", "induction {n} <;> simp")
    shape = shape_of("theorem t (a b : ℕ) (x : ℤ) : ∀ n m : ℕ, a = n")
    assert [(each.name, each.script) for each in attempts(shape, (tactic,))] == [
        ("induct a", "induction a <;> simp"),
        ("induct b", "induction b <;> simp"),
        ("induct n", "intro n\ninduction n <;> simp"),
        ("induct m", "intro n m\ninduction m <;> simp"),
    ]


def test_tactics_have_distinct_names() -> None:
    names = [tactic.name for tactic in TACTICS]
    assert len(set(names)) == len(names)


def test_a_tactic_block_is_indented_below_the_statement() -> None:
    assert (
        proof_text("theorem t : p", "intro\n\nomega") == "theorem t : p := by\n  intro\n\n  omega\n"
    )


def test_suggestions_are_read_from_messages(lean: EmbeddedLean) -> None:
    texts = [
        "Try this: exact h",
        "Try these:\n• simp\n• simp only [h,\n    k]",
        "Try these:\n  [apply] grind\n  [apply] grind only",
        "declaration uses `sorry`",
    ]
    report = LeanReport(
        accepted=False,
        tier=Tier.NONE,
        reason="",
        messages=tuple(Diagnostic(severity="info", line=1, column=0, text=text) for text in texts),
        lean=lean.version,
    )
    assert suggestions(report) == [
        "exact h",
        "simp",
        "simp only [h,\n    k]",
        "grind",
        "grind only",
    ]


def test_a_recipe_gives_numbered_attempts_whose_text_is_kept() -> None:
    recipe = Tactic("made", lambda shape: [f"exact {name} {{n}}" for name in shape.outer])
    shape = shape_of("theorem t (h k : ℕ) : h ∈ ({n} : Set ℕ)")
    assert [(each.name, each.script) for each in attempts(shape, (recipe,))] == [
        ("made 1", "exact h {n}"),
        ("made 2", "exact k {n}"),
    ]
