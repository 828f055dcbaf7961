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
end

/-- The larger one. The order of an arbitrary field is not decidable, hence the choice. -/
noncomputable scoped instance (priority := 100) {R : Type _} [Field R] [LE R] : Max R :=
  ⟨fun a b => open Classical in if a ≤ b then b else a⟩

variable {R : Type _} [Field R] [LE R] [LT R] [Std.LawfulOrderLT R] [Std.IsLinearOrder R]
  [OrderedRing R]

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
