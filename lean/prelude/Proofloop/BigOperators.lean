import Proofloop.Intervals

/-!
# Finite sums and products

Over the finite sets of `Proofloop.Intervals`, with values in any type that has the operation and
its neutral element. Mathlib asks for a commutative monoid; the lemmas below ask for what each
needs, and the instances give it for ℕ, ℤ, ℚ and every commutative ring of `grind`.
-/

set_option autoImplicit false

section Monoid
open Lean.Grind
variable {α : Type _}

instance [Semiring α] : Std.Associative (α := α) (· + ·) := ⟨Semiring.add_assoc⟩
instance [Semiring α] : Std.Associative (α := α) (· * ·) := ⟨Semiring.mul_assoc⟩
instance [Semiring α] : Std.LawfulIdentity (α := α) (· + ·) 0 where
  left_id a := by rw [Semiring.add_comm, Semiring.add_zero]
  right_id := Semiring.add_zero
instance [Semiring α] : Std.LawfulIdentity (α := α) (· * ·) 1 where
  left_id := Semiring.one_mul
  right_id := Semiring.mul_one

end Monoid

namespace Finset

/-- The sum of `f i` over the elements `i` of `s`. Mathlib: the same value for the same set. -/
def sum {ι α : Type _} [Add α] [OfNat α 0] : List ι → (ι → α) → α
  | [], _ => 0
  | i :: s, f => f i + sum s f

/-- The product of `f i` over the elements `i` of `s`. Mathlib: the same value for the same
set. -/
def prod {ι α : Type _} [Mul α] [OfNat α 1] : List ι → (ι → α) → α
  | [], _ => 1
  | i :: s, f => f i * prod s f

end Finset

namespace BigOperators

/-- `∑ x ∈ s, f x` is `Finset.sum s f`. As in Mathlib the sign binds looser than `*` and tighter
than `+`. -/
syntax (name := bigsum) "∑ " ident " ∈ " term ", " term:67 : term

/-- The older spelling, `∑ x in s, f x`; or `∑ x : ℤ in s, f x` to say the type of `x`. -/
syntax (name := bigsumin) "∑ " ident (" : " term)? " in " term ", " term:67 : term

/-- `∏ x ∈ s, f x` is `Finset.prod s f`; see `∑`. -/
syntax (name := bigprod) "∏ " ident " ∈ " term ", " term:67 : term

/-- The older spelling, `∏ x in s, f x` or `∏ x : ℤ in s, f x`. -/
syntax (name := bigprodin) "∏ " ident (" : " term)? " in " term ", " term:67 : term

macro_rules
  | `(∑ $x:ident ∈ $s, $f) => `(Finset.sum $s fun $x:ident => $f)
  | `(∑ $x:ident in $s, $f) => `(Finset.sum $s fun $x:ident => $f)
  | `(∑ $x:ident : $t in $s, $f) => `(Finset.sum $s fun $x:ident : $t => $f)
  | `(∏ $x:ident ∈ $s, $f) => `(Finset.prod $s fun $x:ident => $f)
  | `(∏ $x:ident in $s, $f) => `(Finset.prod $s fun $x:ident => $f)
  | `(∏ $x:ident : $t in $s, $f) => `(Finset.prod $s fun $x:ident : $t => $f)

end BigOperators

@[app_unexpander Finset.sum]
def Finset.sum.unexpand : Lean.PrettyPrinter.Unexpander
  | `($_ $s fun $x:ident => $f) => `(∑ $x:ident ∈ $s, $f)
  | _ => throw ()

@[app_unexpander Finset.prod]
def Finset.prod.unexpand : Lean.PrettyPrinter.Unexpander
  | `($_ $s fun $x:ident => $f) => `(∏ $x:ident ∈ $s, $f)
  | _ => throw ()

namespace Finset

section Sum
variable {ι : Type _} {α : Type _} [Add α] [OfNat α 0]

@[simp, grind =] theorem sum_nil (f : ι → α) : sum [] f = 0 := rfl

@[simp, grind =] theorem sum_cons (i : ι) (s : List ι) (f : ι → α) :
    sum (i :: s) f = f i + sum s f := rfl

@[simp, grind =] theorem sum_range_zero (f : ℕ → α) : sum (range 0) f = 0 := rfl

theorem sum_Icc_of_lt {a b : ℕ} (h : b < a) (f : ℕ → α) : sum (Icc a b) f = 0 := by
  rw [Icc_eq_nil h, sum_nil]

variable [Std.LawfulIdentity (α := α) (· + ·) 0]

theorem sum_singleton (i : ι) (f : ι → α) : sum [i] f = f i :=
  Std.LawfulRightIdentity.right_id (op := (· + ·)) (f i)

variable [Std.Associative (α := α) (· + ·)]

theorem sum_append (s t : List ι) (f : ι → α) : sum (s ++ t) f = sum s f + sum t f := by
  induction s with
  | nil => exact (Std.LawfulLeftIdentity.left_id (op := (· + ·)) (sum t f)).symm
  | cons i s ih =>
    rw [List.cons_append, sum_cons, sum_cons, ih]
    exact (Std.Associative.assoc (op := (· + ·)) _ _ _).symm

@[grind =] theorem sum_range_succ (f : ℕ → α) (n : ℕ) :
    sum (range (n + 1)) f = sum (range n) f + f n := by
  rw [range_succ, sum_append, sum_singleton]

theorem sum_Icc_succ_top {a b : ℕ} (h : a ≤ b + 1) (f : ℕ → α) :
    sum (Icc a (b + 1)) f = sum (Icc a b) f + f (b + 1) := by
  rw [Icc_succ_right h, sum_append, sum_singleton]

end Sum

section Prod
variable {ι : Type _} {α : Type _} [Mul α] [OfNat α 1]

@[simp, grind =] theorem prod_nil (f : ι → α) : prod [] f = 1 := rfl

@[simp, grind =] theorem prod_cons (i : ι) (s : List ι) (f : ι → α) :
    prod (i :: s) f = f i * prod s f := rfl

@[simp, grind =] theorem prod_range_zero (f : ℕ → α) : prod (range 0) f = 1 := rfl

theorem prod_Icc_of_lt {a b : ℕ} (h : b < a) (f : ℕ → α) : prod (Icc a b) f = 1 := by
  rw [Icc_eq_nil h, prod_nil]

variable [Std.LawfulIdentity (α := α) (· * ·) 1]

theorem prod_singleton (i : ι) (f : ι → α) : prod [i] f = f i :=
  Std.LawfulRightIdentity.right_id (op := (· * ·)) (f i)

variable [Std.Associative (α := α) (· * ·)]

theorem prod_append (s t : List ι) (f : ι → α) : prod (s ++ t) f = prod s f * prod t f := by
  induction s with
  | nil => exact (Std.LawfulLeftIdentity.left_id (op := (· * ·)) (prod t f)).symm
  | cons i s ih =>
    rw [List.cons_append, prod_cons, prod_cons, ih]
    exact (Std.Associative.assoc (op := (· * ·)) _ _ _).symm

@[grind =] theorem prod_range_succ (f : ℕ → α) (n : ℕ) :
    prod (range (n + 1)) f = prod (range n) f * f n := by
  rw [range_succ, prod_append, prod_singleton]

theorem prod_Icc_succ_top {a b : ℕ} (h : a ≤ b + 1) (f : ℕ → α) :
    prod (Icc a (b + 1)) f = prod (Icc a b) f * f (b + 1) := by
  rw [Icc_succ_right h, prod_append, prod_singleton]

end Prod

end Finset
