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

section Monotone
variable {α β : Type _}

/-- Mathlib: the same definitions, for preorders. -/
def Monotone [LE α] [LE β] (f : α → β) : Prop := ∀ ⦃a b⦄, a ≤ b → f a ≤ f b
@[inherit_doc Monotone]
def Antitone [LE α] [LE β] (f : α → β) : Prop := ∀ ⦃a b⦄, a ≤ b → f b ≤ f a
@[inherit_doc Monotone]
def StrictMono [LT α] [LT β] (f : α → β) : Prop := ∀ ⦃a b⦄, a < b → f a < f b
@[inherit_doc Monotone]
def StrictAnti [LT α] [LT β] (f : α → β) : Prop := ∀ ⦃a b⦄, a < b → f b < f a

@[grind =] theorem monotone_iff [LE α] [LE β] (f : α → β) :
    Monotone f ↔ ∀ a b, a ≤ b → f a ≤ f b := Iff.rfl
@[grind =] theorem antitone_iff [LE α] [LE β] (f : α → β) :
    Antitone f ↔ ∀ a b, a ≤ b → f b ≤ f a := Iff.rfl
@[grind =] theorem strictMono_iff [LT α] [LT β] (f : α → β) :
    StrictMono f ↔ ∀ a b, a < b → f a < f b := Iff.rfl
@[grind =] theorem strictAnti_iff [LT α] [LT β] (f : α → β) :
    StrictAnti f ↔ ∀ a b, a < b → f b < f a := Iff.rfl

end Monotone

namespace Int

/-- The greatest integer below or at `a`, `⌊a⌋`. Mathlib: the same, for every `FloorRing`; here for
ℚ only, as are `⌈a⌉` and `Int.fract`. -/
def floor (a : ℚ) : ℤ := a.floor

/-- The least integer above or at `a`, `⌈a⌉`. -/
def ceil (a : ℚ) : ℤ := -(-a).floor

@[inherit_doc] notation "⌊" a "⌋" => Int.floor a
@[inherit_doc] notation "⌈" a "⌉" => Int.ceil a

/-- What is left of `a` above its floor. Mathlib: the same. -/
def fract (a : ℚ) : ℚ := a - ⌊a⌋

theorem le_floor {a : ℚ} {z : ℤ} : z ≤ ⌊a⌋ ↔ (z : ℚ) ≤ a := Rat.le_floor_iff

theorem floor_lt {a : ℚ} {z : ℤ} : ⌊a⌋ < z ↔ a < (z : ℚ) := Rat.floor_lt_iff

theorem floor_eq_iff {a : ℚ} {z : ℤ} : ⌊a⌋ = z ↔ (z : ℚ) ≤ a ∧ a < z + 1 := by
  have low := le_floor (a := a) (z := z)
  have high := floor_lt (a := a) (z := z + 1)
  rw [Rat.intCast_add, Rat.intCast_one] at high
  rw [← low, ← high]
  omega

theorem ceil_eq_iff {a : ℚ} {z : ℤ} : ⌈a⌉ = z ↔ (z : ℚ) - 1 < a ∧ a ≤ z := by
  have := floor_eq_iff (a := -a) (z := -z)
  rw [Rat.intCast_neg] at this
  show -⌊-a⌋ = z ↔ _
  constructor
  · intro h; have := this.mp (by omega); grind
  · intro h; have := this.mpr (by grind); omega

end Int
