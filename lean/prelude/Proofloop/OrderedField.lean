import Proofloop.Sets

/-!
# Ordered fields in place of ℝ

What `ordered_field.lean` opens: casts, decimals, maximum and absolute value of an arbitrary
linearly ordered field. The instances have low priority, so that ℕ, ℤ and ℚ keep their own.
-/

set_option autoImplicit false

namespace OrderedField
open Lean.Grind

attribute [scoped instance 100] Semiring.natCast Ring.intCast

section
variable {R : Type _} [Field R]

/-- A decimal numeral, `m / 10 ^ e` or `m * 10 ^ e`. -/
scoped instance (priority := 100) : OfScientific R :=
  ⟨fun m negative e => if negative then (m : R) / 10 ^ e else (m : R) * 10 ^ e⟩

@[simp, norm_cast] theorem natCast_zero : ((0 : ℕ) : R) = 0 := Semiring.natCast_zero

@[simp, norm_cast] theorem natCast_one : ((1 : ℕ) : R) = 1 := Semiring.natCast_one

@[simp, norm_cast] theorem natCast_add (m n : ℕ) : ((m + n : ℕ) : R) = m + n :=
  Semiring.natCast_add m n

@[simp, norm_cast] theorem natCast_mul (m n : ℕ) : ((m * n : ℕ) : R) = m * n :=
  Semiring.natCast_mul m n

@[simp, norm_cast] theorem natCast_pow (m n : ℕ) : ((m ^ n : ℕ) : R) = m ^ n := by
  induction n with
  | zero => rw [Nat.pow_zero, Semiring.pow_zero, natCast_one]
  | succ n ih => rw [Nat.pow_succ, Semiring.pow_succ, natCast_mul, ih]

@[simp, norm_cast] theorem natCast_ofNat (n : ℕ) :
    ((no_index (OfNat.ofNat n) : ℕ) : R) = OfNat.ofNat n :=
  (Semiring.ofNat_eq_natCast n).symm

@[simp] theorem zpow_ofNat (a : R) (n : ℕ) : a ^ (no_index (OfNat.ofNat n) : ℤ) = a ^ n :=
  Field.zpow_natCast a n

@[simp] theorem zpow_neg_ofNat (a : R) (n : ℕ) :
    a ^ (-(no_index (OfNat.ofNat n) : ℤ)) = (a ^ n)⁻¹ := by
  rw [Field.zpow_neg, zpow_ofNat]

end

/-- The larger one. The order of an arbitrary field is not decidable, hence the choice. -/
noncomputable scoped instance (priority := 100) {R : Type _} [Field R] [LE R] : Max R :=
  ⟨fun a b => open Classical in if a ≤ b then b else a⟩

variable {R : Type _} [Field R] [LE R] [LT R] [Std.LawfulOrderLT R] [Std.IsLinearOrder R]
  [OrderedRing R]

theorem natCast_nonneg (n : ℕ) : 0 ≤ (n : R) := by
  induction n with
  | zero => rw [Semiring.natCast_zero]; exact Std.le_refl 0
  | succ n ih => rw [Semiring.natCast_succ]; grind

grind_pattern natCast_nonneg => Nat.cast (R := R) n

@[simp, norm_cast] theorem natCast_le {m n : ℕ} : (m : R) ≤ (n : R) ↔ m ≤ n := by
  have key {a b : ℕ} (h : a ≤ b) : (a : R) ≤ (b : R) := by
    obtain ⟨k, rfl⟩ := Nat.exists_eq_add_of_le h
    rw [Semiring.natCast_add]
    have := natCast_nonneg (R := R) k
    grind
  refine ⟨fun h => Nat.le_of_not_lt fun hlt => ?_, key⟩
  have : ((n + 1 : ℕ) : R) ≤ (m : R) := key hlt
  rw [Semiring.natCast_succ] at this
  grind

@[simp, norm_cast] theorem natCast_lt {m n : ℕ} : (m : R) < (n : R) ↔ m < n := by
  rw [← Std.not_le, natCast_le, Nat.not_le]

@[simp, norm_cast] theorem natCast_inj {m n : ℕ} : (m : R) = (n : R) ↔ m = n := by
  refine ⟨fun h => Nat.le_antisymm ?_ ?_, fun h => h ▸ rfl⟩ <;>
    · rw [← natCast_le (R := R), h]
      exact Std.le_refl _

theorem abs_of_nonneg {a : R} (h : 0 ≤ a) : |a| = a := by
  simp only [abs, max]
  split <;> grind

theorem abs_of_neg {a : R} (h : a < 0) : |a| = -a := by
  simp only [abs, max]
  split <;> grind

theorem abs_cases (a : R) : 0 ≤ a ∧ |a| = a ∨ a < 0 ∧ |a| = -a := by
  by_cases h : 0 ≤ a
  · exact .inl ⟨h, abs_of_nonneg h⟩
  · have h : a < 0 := by grind
    exact .inr ⟨h, abs_of_neg h⟩

grind_pattern abs_cases => abs a

end OrderedField
