"""Holes found by the real Lean, filled, and the whole accepted by it."""

import pytest

from proofloop.tools.lean.backend import CheckLimits, CheckRequest, LeanBackend
from proofloop.tools.lean.holes import fill, find_holes
from proofloop.tools.lean.report import LeanReport

SKETCHES = {
    "steps": (
        "theorem t (a b : Nat) (h : a < b) : a * 2 < b * 2",
        " := by\n  have one : a + 1 ≤ b := by sorry\n  have two : a * 2 + 2 ≤ b * 2 := sorry"
        "\n  sorry",
        ["omega", "omega", "omega"],
    ),
    "cases of an induction": (
        "theorem t (n : Nat) : n * (n + 1) % 2 = 0",
        " := by\n  induction n with\n  | zero => sorry\n  | succ n ih => sorry",
        ["rfl", "grind"],
    ),
    "names that cannot be written": (
        "theorem t (p q : Prop) : p → q → q ∧ p",
        " := by\n  intros\n  constructor\n  · sorry\n  · sorry",
        ["assumption", "assumption"],
    ),
    "one sorry for several goals": (
        "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q",
        " := by\n  constructor <;> sorry",
        ["assumption", "assumption"],
    ),
    "a shadowed name": (
        "theorem t (x : Nat) (h : x = 2) : ∃ y, y = x + 1",
        " := by\n  have h : x + 1 = 3 := by sorry\n  exact ⟨3, sorry⟩",
        ["omega", "omega"],
    ),
    "two on a line": (
        "theorem t (α : Type) [Inhabited α] (x : α) : x = x ∧ True",
        " := ⟨sorry, sorry⟩",
        ["rfl", "trivial"],
    ),
    "no hole": ("theorem t : 1 = 1", " := rfl", []),
}


async def accepted(lean: LeanBackend, source: str, statement: str) -> LeanReport:
    return await lean.check(CheckRequest(source=source, statement=statement))


@pytest.mark.parametrize("name", SKETCHES)
async def test_the_holes_of_a_sketch_can_be_proved_apart_and_put_back(
    lean: LeanBackend, name: str
) -> None:
    statement, sketch, tactics = SKETCHES[name]
    source = statement + sketch
    holes = await find_holes(lean, source, "", name="t", limits=CheckLimits())
    assert len(holes) == len(tactics)
    assert [hole.name for hole in holes] == [f"t_hole_{n}" for n in range(1, len(holes) + 1)]
    proofs = {}
    for hole, tactic in zip(holes, tactics, strict=True):
        proof = f"{hole.statement} := by\n  intros\n  {tactic}"
        report = await accepted(lean, proof, hole.statement)
        assert report.accepted, f"{hole.statement}: {report.reason}"
        proofs[hole.name] = proof
    whole = fill(source, holes, proofs)
    report = await accepted(lean, whole, statement)
    assert report.accepted, f"{whole}: {report.reason}"


async def test_proofs_of_holes_may_use_the_same_names(lean: LeanBackend) -> None:
    statement = "theorem t (a : Nat) : a + 0 = a ∧ 0 + a = a"
    source = statement + " := ⟨sorry, sorry⟩"
    holes = await find_holes(lean, source, "", name="t", limits=CheckLimits())
    proofs = {
        hole.name: f"theorem aux : 1 = 1 := rfl\n{hole.statement} := by simp -- so"
        for hole in holes
    }
    assert (await accepted(lean, fill(source, holes, proofs), statement)).accepted
