import Proofloop.NumberTheory

/-!
# Finite index sets: ranges, intervals, filters, divisors

Mathlib's `Finset` is a type of finite sets. Core Lean has none, so the finite sets here are the
lists of their elements in increasing order, without repetition: everything in this file makes
such lists only, on which list equality is equality of sets and length is the number of elements.
There is no type `Finset`, and a statement about *every* finite set cannot be written.
-/

set_option autoImplicit false

/-- The types whose closed and open intervals are finite, with those intervals. Mathlib's class
`LocallyFiniteOrder` says the same of `Finset`. -/
class FiniteIntervals (α : Type _) [LE α] [LT α] where
  icc : α → α → List α
  ico : α → α → List α
  ioc : α → α → List α
  ioo : α → α → List α
  mem_icc {a b x : α} : x ∈ icc a b ↔ a ≤ x ∧ x ≤ b
  mem_ico {a b x : α} : x ∈ ico a b ↔ a ≤ x ∧ x < b
  mem_ioc {a b x : α} : x ∈ ioc a b ↔ a < x ∧ x ≤ b
  mem_ioo {a b x : α} : x ∈ ioo a b ↔ a < x ∧ x < b

/-- The numbers `a, a + 1, ..., a + n - 1`, each one addition away from a literal, so that the
kernel computes with them quickly. -/
def Nat.listFrom (a n : ℕ) : List ℕ := (List.range n).map (a + ·)

@[inherit_doc Nat.listFrom]
def Int.listFrom (a : ℤ) (n : ℕ) : List ℤ := (List.range n).map fun k : ℕ => a + (k : ℤ)

theorem Nat.mem_listFrom {a x n : ℕ} : x ∈ Nat.listFrom a n ↔ a ≤ x ∧ x < a + n := by
  simp only [Nat.listFrom, List.mem_map, List.mem_range]
  exact ⟨fun ⟨k, _, _⟩ => by omega, fun _ => ⟨x - a, by omega, by omega⟩⟩

theorem Int.mem_listFrom {a x : ℤ} {n : ℕ} : x ∈ Int.listFrom a n ↔ a ≤ x ∧ x < a + n := by
  simp only [Int.listFrom, List.mem_map, List.mem_range]
  exact ⟨fun ⟨k, _, _⟩ => by omega, fun _ => ⟨(x - a).toNat, by omega, by omega⟩⟩

instance : FiniteIntervals ℕ where
  icc a b := Nat.listFrom a (b + 1 - a)
  ico a b := Nat.listFrom a (b - a)
  ioc a b := Nat.listFrom (a + 1) (b - a)
  ioo a b := Nat.listFrom (a + 1) (b - a - 1)
  mem_icc := by intro a b x; rw [Nat.mem_listFrom]; omega
  mem_ico := by intro a b x; rw [Nat.mem_listFrom]; omega
  mem_ioc := by intro a b x; rw [Nat.mem_listFrom]; omega
  mem_ioo := by intro a b x; rw [Nat.mem_listFrom]; omega

instance : FiniteIntervals ℤ where
  icc a b := Int.listFrom a (b + 1 - a).toNat
  ico a b := Int.listFrom a (b - a).toNat
  ioc a b := Int.listFrom (a + 1) (b - a).toNat
  ioo a b := Int.listFrom (a + 1) (b - a - 1).toNat
  mem_icc := by intro a b x; rw [Int.mem_listFrom]; omega
  mem_ico := by intro a b x; rw [Int.mem_listFrom]; omega
  mem_ioc := by intro a b x; rw [Int.mem_listFrom]; omega
  mem_ioo := by intro a b x; rw [Int.mem_listFrom]; omega

namespace Finset

/-- The natural numbers below `n`. -/
def range (n : ℕ) : List ℕ := List.range n

section
variable {α : Type _} [LE α] [LT α] [FiniteIntervals α]

/-- The `x` with `a ≤ x ≤ b`, for ℕ and ℤ. -/
def Icc (a b : α) : List α := FiniteIntervals.icc a b

/-- The `x` with `a ≤ x < b`, for ℕ and ℤ. -/
def Ico (a b : α) : List α := FiniteIntervals.ico a b

/-- The `x` with `a < x ≤ b`, for ℕ and ℤ. -/
def Ioc (a b : α) : List α := FiniteIntervals.ioc a b

/-- The `x` with `a < x < b`, for ℕ and ℤ. -/
def Ioo (a b : α) : List α := FiniteIntervals.ioo a b

@[simp, grind =] theorem mem_Icc {a b x : α} : x ∈ Icc a b ↔ a ≤ x ∧ x ≤ b := FiniteIntervals.mem_icc
@[simp, grind =] theorem mem_Ico {a b x : α} : x ∈ Ico a b ↔ a ≤ x ∧ x < b := FiniteIntervals.mem_ico
@[simp, grind =] theorem mem_Ioc {a b x : α} : x ∈ Ioc a b ↔ a < x ∧ x ≤ b := FiniteIntervals.mem_ioc
@[simp, grind =] theorem mem_Ioo {a b x : α} : x ∈ Ioo a b ↔ a < x ∧ x < b := FiniteIntervals.mem_ioo
end

/-- The elements of `s` with the property `p`. -/
def filter {α : Type _} (p : α → Prop) [DecidablePred p] : List α → List α
  | [] => []
  | a :: s => if p a then a :: filter p s else filter p s

/-- The number of elements of `s`. -/
def card {α : Type _} : List α → ℕ
  | [] => 0
  | _ :: s => card s + 1

@[simp, grind =] theorem mem_range {n x : ℕ} : x ∈ range n ↔ x < n := List.mem_range

@[simp, grind =] theorem mem_filter {α : Type _} {p : α → Prop} [DecidablePred p] {s : List α}
    {x : α} : x ∈ filter p s ↔ x ∈ s ∧ p x := by
  induction s with
  | nil => simp [filter]
  | cons a s ih =>
    rw [filter]
    split <;> simp only [List.mem_cons, ih] <;> grind

theorem card_eq_length {α : Type _} (s : List α) : card s = s.length := by
  induction s with
  | nil => rfl
  | cons a s ih => rw [card, ih, List.length_cons]

@[simp, grind =] theorem card_range (n : ℕ) : card (range n) = n := by
  rw [card_eq_length]; exact List.length_range

@[simp, grind =] theorem card_Icc (a b : ℕ) : card (Icc a b) = b + 1 - a := by
  rw [card_eq_length]
  exact (List.length_map _).trans List.length_range

@[grind =] theorem range_zero : range 0 = [] := rfl

@[grind =] theorem range_succ (n : ℕ) : range (n + 1) = range n ++ [n] := List.range_succ

theorem Icc_eq_nil {a b : ℕ} (h : b < a) : Icc a b = [] := by
  show Nat.listFrom a (b + 1 - a) = []
  rw [show b + 1 - a = 0 by omega]; rfl

/-- An interval of ℕ grows at its upper end. -/
theorem Icc_succ_right {a b : ℕ} (h : a ≤ b + 1) : Icc a (b + 1) = Icc a b ++ [b + 1] := by
  show Nat.listFrom a (b + 1 + 1 - a) = Nat.listFrom a (b + 1 - a) ++ [b + 1]
  rw [show b + 1 + 1 - a = b + 1 - a + 1 by omega, Nat.listFrom, List.range_succ, List.map_append]
  simp only [List.map_cons, List.map_nil, Nat.listFrom]
  rw [show a + (b + 1 - a) = b + 1 by omega]

end Finset

/-- `s.card` where `s` is one of the finite sets above. -/
def List.card {α : Type _} (s : List α) : ℕ := Finset.card s

namespace Nat

/-- The divisors of `n`; none for 0, as in Mathlib. -/
def divisors (n : ℕ) : List ℕ := Finset.filter (· ∣ n) (Finset.Icc 1 n)

/-- The divisors of `n` other than `n`; none for 0, as in Mathlib. -/
def properDivisors (n : ℕ) : List ℕ := Finset.filter (· ∣ n) (Finset.Ico 1 n)

@[simp, grind =] theorem mem_divisors {n d : ℕ} : d ∈ divisors n ↔ d ∣ n ∧ n ≠ 0 := by
  simp only [divisors, Finset.mem_filter, Finset.mem_Icc]
  refine ⟨fun ⟨_, h⟩ => ⟨h, by omega⟩, fun ⟨h, hn⟩ => ⟨⟨?_, ?_⟩, h⟩⟩
  · exact Nat.pos_of_dvd_of_pos h (by omega)
  · exact Nat.le_of_dvd (by omega) h

@[simp, grind =] theorem mem_properDivisors {n d : ℕ} :
    d ∈ properDivisors n ↔ d ∣ n ∧ d < n := by
  simp only [properDivisors, Finset.mem_filter, Finset.mem_Ico]
  exact ⟨fun ⟨⟨_, h⟩, hd⟩ => ⟨hd, h⟩, fun ⟨hd, h⟩ =>
    ⟨⟨Nat.pos_of_dvd_of_pos hd (by omega), h⟩, hd⟩⟩

end Nat
