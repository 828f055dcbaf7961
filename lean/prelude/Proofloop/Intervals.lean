import Proofloop.Finset
import Proofloop.NumberTheory

/-!
# Finite sets of numbers: ranges, intervals, divisors
-/

set_option autoImplicit false

/-- The types whose closed and open intervals are finite, with those intervals: ℕ and ℤ.
Mathlib: `LocallyFiniteOrder`, which has more of them. -/
class FiniteIntervals (α : Type _) [LE α] [LT α] where
  icc : α → α → Finset α
  ico : α → α → Finset α
  ioc : α → α → Finset α
  ioo : α → α → Finset α
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

/-- `x` is one of `a, a + 1, ..., a + n - 1`, spelt out as a disjunction by `simp only`. -/
def Nat.oneOf (x : ℕ) : ℕ → ℕ → Prop
  | _, 0 => False
  | a, n + 1 => x = a ∨ oneOf x (a + 1) n

@[inherit_doc Nat.oneOf]
def Int.oneOf (x : ℤ) : ℤ → ℕ → Prop
  | _, 0 => False
  | a, n + 1 => x = a ∨ oneOf x (a + 1) n

theorem Nat.oneOf_of_bounds {x : ℕ} (a n : ℕ) (low : a ≤ x) (high : x < a + n) :
    x.oneOf a n := by
  induction n generalizing a with
  | zero => omega
  | succ n ih =>
    by_cases h : x = a
    · exact .inl h
    · exact .inr (ih (a + 1) (by omega) (by omega))

theorem Int.oneOf_of_bounds {x : ℤ} (a : ℤ) (n : ℕ) (low : a ≤ x) (high : x < a + n) :
    x.oneOf a n := by
  induction n generalizing a with
  | zero => omega
  | succ n ih =>
    by_cases h : x = a
    · exact .inl h
    · exact .inr (ih (a + 1) (by omega) (by omega))

theorem Nat.nodup_listFrom (a n : ℕ) : (Nat.listFrom a n).Nodup :=
  List.nodup_range.map _ fun _ _ h => by omega

theorem Int.nodup_listFrom (a : ℤ) (n : ℕ) : (Int.listFrom a n).Nodup :=
  List.nodup_range.map _ fun _ _ h => by omega

/-- The finite set of `a, ..., a + n - 1`. -/
def Nat.setFrom (a n : ℕ) : Finset ℕ := .ofList (Nat.listFrom a n) (Nat.nodup_listFrom a n)

@[inherit_doc Nat.setFrom]
def Int.setFrom (a : ℤ) (n : ℕ) : Finset ℤ := .ofList (Int.listFrom a n) (Int.nodup_listFrom a n)

instance : FiniteIntervals ℕ where
  icc a b := Nat.setFrom a (b + 1 - a)
  ico a b := Nat.setFrom a (b - a)
  ioc a b := Nat.setFrom (a + 1) (b - a)
  ioo a b := Nat.setFrom (a + 1) (b - a - 1)
  mem_icc {a b x} := Nat.mem_listFrom.trans (by omega)
  mem_ico {a b x} := Nat.mem_listFrom.trans (by omega)
  mem_ioc {a b x} := Nat.mem_listFrom.trans (by omega)
  mem_ioo {a b x} := Nat.mem_listFrom.trans (by omega)

instance : FiniteIntervals ℤ where
  icc a b := Int.setFrom a (b + 1 - a).toNat
  ico a b := Int.setFrom a (b - a).toNat
  ioc a b := Int.setFrom (a + 1) (b - a).toNat
  ioo a b := Int.setFrom (a + 1) (b - a - 1).toNat
  mem_icc {a b x} := Int.mem_listFrom.trans (by omega)
  mem_ico {a b x} := Int.mem_listFrom.trans (by omega)
  mem_ioc {a b x} := Int.mem_listFrom.trans (by omega)
  mem_ioo {a b x} := Int.mem_listFrom.trans (by omega)

namespace Finset

/-- The natural numbers below `n`. -/
def range (n : ℕ) : Finset ℕ := ofList (List.range n) List.nodup_range

section
variable {α : Type _} [LE α] [LT α] [FiniteIntervals α]

/-- The `x` with `a ≤ x ≤ b`, for ℕ and ℤ. -/
def Icc (a b : α) : Finset α := FiniteIntervals.icc a b

/-- The `x` with `a ≤ x < b`, for ℕ and ℤ. -/
def Ico (a b : α) : Finset α := FiniteIntervals.ico a b

/-- The `x` with `a < x ≤ b`, for ℕ and ℤ. -/
def Ioc (a b : α) : Finset α := FiniteIntervals.ioc a b

/-- The `x` with `a < x < b`, for ℕ and ℤ. -/
def Ioo (a b : α) : Finset α := FiniteIntervals.ioo a b

@[simp, grind =] theorem mem_Icc {a b x : α} : x ∈ Icc a b ↔ a ≤ x ∧ x ≤ b :=
  FiniteIntervals.mem_icc
@[simp, grind =] theorem mem_Ico {a b x : α} : x ∈ Ico a b ↔ a ≤ x ∧ x < b :=
  FiniteIntervals.mem_ico
@[simp, grind =] theorem mem_Ioc {a b x : α} : x ∈ Ioc a b ↔ a < x ∧ x ≤ b :=
  FiniteIntervals.mem_ioc
@[simp, grind =] theorem mem_Ioo {a b x : α} : x ∈ Ioo a b ↔ a < x ∧ x < b :=
  FiniteIntervals.mem_ioo
end

@[simp, grind =] theorem mem_range {n x : ℕ} : x ∈ range n ↔ x < n := List.mem_range

@[simp, grind =] theorem card_range (n : ℕ) : card (range n) = n := List.length_range

@[simp, grind =] theorem card_Icc (a b : ℕ) : card (Icc a b) = b + 1 - a :=
  (List.length_map _).trans List.length_range

@[simp, grind =] theorem range_zero : range 0 = ∅ := rfl

@[grind =] theorem range_succ (n : ℕ) : range (n + 1) = insert n (range n) := by grind

theorem Icc_eq_empty {a b : ℕ} (h : b < a) : Icc a b = ∅ := by grind

end Finset

namespace Nat

/-- The divisors of `n`; none for 0, as in Mathlib. -/
def divisors (n : ℕ) : Finset ℕ := Finset.filter (· ∣ n) (Finset.Icc 1 n)

/-- The divisors of `n` other than `n`; none for 0, as in Mathlib. -/
def properDivisors (n : ℕ) : Finset ℕ := Finset.filter (· ∣ n) (Finset.Ico 1 n)

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

/-- The prime divisors of `n`. Mathlib: the same set; none for 0 and 1. -/
def primeFactors (n : ℕ) : Finset ℕ := Finset.filter Prime (divisors n)

@[simp, grind =] theorem mem_primeFactors {n p : ℕ} :
    p ∈ primeFactors n ↔ Prime p ∧ p ∣ n ∧ n ≠ 0 := by
  simp only [primeFactors, Finset.mem_filter, mem_divisors]
  exact And.comm

/-- How many of the numbers below `n` are coprime to it. Mathlib: the same definition. -/
def totient (n : ℕ) : ℕ := (Finset.filter (Nat.Coprime n) (Finset.range n)).card

@[inherit_doc] scoped notation "φ" => Nat.totient

end Nat
