import Proofloop.Notation

/-!
# Ordered rings and the absolute value

The inequalities that proofs cite by name, for every linearly ordered commutative ring that
`grind` knows (ℤ, ℚ, and the ordered field that stands for ℝ), and `abs`.
-/

set_option autoImplicit false

section OrderedRing
open Lean.Grind

variable {R : Type _} [CommRing R] [LE R] [LT R] [Std.LawfulOrderLT R] [Std.IsLinearOrder R]
  [OrderedRing R]

theorem sub_nonneg {a b : R} : 0 ≤ a - b ↔ b ≤ a := by grind

theorem sub_pos {a b : R} : 0 < a - b ↔ b < a := by grind

theorem mul_nonneg {a b : R} (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ a * b :=
  OrderedRing.mul_nonneg ha hb

omit [Std.LawfulOrderLT R] in
theorem mul_pos {a b : R} (ha : 0 < a) (hb : 0 < b) : 0 < a * b :=
  OrderedRing.mul_pos ha hb

theorem mul_self_nonneg (a : R) : 0 ≤ a * a := by
  rcases Std.le_total (a := 0) (b := a) with h | h
  · exact mul_nonneg h h
  · have := mul_nonneg (a := -a) (b := -a) (by grind) (by grind)
    grind

theorem sq_nonneg (a : R) : 0 ≤ a ^ 2 := by
  have := mul_self_nonneg a
  grind

theorem pow_nonneg {a : R} (ha : 0 ≤ a) (n : ℕ) : 0 ≤ a ^ n := by
  induction n with
  | zero => have := OrderedRing.zero_lt_one (R := R); grind
  | succ n ih => have := mul_nonneg ih ha; grind

omit [Std.LawfulOrderLT R] in
theorem pow_pos {a : R} (ha : 0 < a) (n : ℕ) : 0 < a ^ n := by
  induction n with
  | zero => have := OrderedRing.zero_lt_one (R := R); grind
  | succ n ih => have := mul_pos ih ha; grind

theorem mul_self_pos {a : R} (ha : a ≠ 0) : 0 < a * a := by
  rcases Std.le_total (a := 0) (b := a) with h | h
  · exact mul_pos (by grind) (by grind)
  · have := mul_pos (a := -a) (b := -a) (by grind) (by grind)
    grind

theorem sq_pos_of_ne_zero {a : R} (ha : a ≠ 0) : 0 < a ^ 2 := by
  have := mul_self_pos ha
  grind

/-- No zero divisors; `grind` knows this of fields only. -/
theorem mul_eq_zero {a b : R} : a * b = 0 ↔ a = 0 ∨ b = 0 := by
  refine ⟨fun h => ?_, by grind⟩
  by_cases ha : a = 0
  · exact .inl ha
  by_cases hb : b = 0
  · exact .inr hb
  have hpos := mul_pos (mul_self_pos ha) (mul_self_pos hb)
  have hzero : a * a * (b * b) = 0 := by grind
  grind

end OrderedRing

/-- The absolute value. Mathlib: `a ⊔ -a`, which is the `max a (-a)` of a linear order. -/
def abs {α : Type _} [Max α] [Neg α] (a : α) : α := max a (-a)

@[inherit_doc abs]
macro:max atomic("|" noWs) a:term noWs "|" : term => `(abs $a)

@[app_unexpander abs]
def abs.unexpand : Lean.PrettyPrinter.Unexpander
  | `($_ $a:ident) => `(|$a:ident|)
  | `($_ $a) => `(|($a)|)
  | _ => throw ()

theorem Int.abs_eq_ite (a : ℤ) : |a| = if 0 ≤ a then a else -a := by
  simp only [abs, Int.max_def]; grind

theorem Rat.abs_eq_ite (a : ℚ) : |a| = if 0 ≤ a then a else -a := by
  simp only [abs]; grind

theorem Int.abs_eq_natAbs (a : ℤ) : |a| = a.natAbs := by
  rw [Int.abs_eq_ite]; grind

grind_pattern Int.abs_eq_ite => abs a
grind_pattern Rat.abs_eq_ite => abs a
