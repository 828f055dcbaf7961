import Proofloop.Intervals

/-!
# Finite sums and products

Over a `Finset`, with values in any type whose operation is associative and commutative and has
its neutral element: Mathlib's commutative monoids. The instances below give it for ℕ, ℤ, ℚ and
every commutative ring of `grind`.
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
instance [Semiring α] : Std.Commutative (α := α) (· + ·) := ⟨Semiring.add_comm⟩
instance [CommSemiring α] : Std.Commutative (α := α) (· * ·) := ⟨CommSemiring.mul_comm⟩

end Monoid

namespace List
variable {ι α : Type _} {op : α → α → α} {e : α}

/-- `op (f i) (op (f j) ...)` over the elements of a list, in their order. -/
def foldMap (op : α → α → α) (e : α) (f : ι → α) : List ι → α
  | [] => e
  | i :: l => op (f i) (foldMap op e f l)

theorem foldMap_append [Std.Associative op] [Std.LawfulLeftIdentity op e] (f : ι → α)
    (l k : List ι) : foldMap op e f (l ++ k) = op (foldMap op e f l) (foldMap op e f k) := by
  induction l with
  | nil => exact (Std.LawfulLeftIdentity.left_id (op := op) _).symm
  | cons i l ih =>
    rw [cons_append, foldMap, ih]
    exact (Std.Associative.assoc (op := op) _ _ _).symm

theorem Perm.foldMap_eq [Std.Associative op] [Std.Commutative op] (f : ι → α) {l k : List ι}
    (h : l.Perm k) : foldMap op e f l = foldMap op e f k := by
  induction h with
  | nil => rfl
  | cons i _ ih => rw [foldMap, foldMap, ih]
  | swap i j l =>
    simp only [foldMap]
    rw [← Std.Associative.assoc (op := op), ← Std.Associative.assoc (op := op),
      Std.Commutative.comm (op := op) (f i)]
  | trans _ _ h k => exact h.trans k

end List

namespace Finset

/-- The sum of `f i` over the elements `i` of `s`. Mathlib: the same. -/
protected def sum {ι α : Type _} [Add α] [OfNat α 0] [Std.Associative (α := α) (· + ·)]
    [Std.Commutative (α := α) (· + ·)] (s : Finset ι) (f : ι → α) : α :=
  Quotient.lift (fun l : {l : List ι // l.Nodup} => l.1.foldMap (· + ·) 0 f)
    (fun _ _ h => List.Perm.foldMap_eq f h) s

/-- The product of `f i` over the elements `i` of `s`. Mathlib: the same. -/
protected def prod {ι α : Type _} [Mul α] [OfNat α 1] [Std.Associative (α := α) (· * ·)]
    [Std.Commutative (α := α) (· * ·)] (s : Finset ι) (f : ι → α) : α :=
  Quotient.lift (fun l : {l : List ι // l.Nodup} => l.1.foldMap (· * ·) 1 f)
    (fun _ _ h => List.Perm.foldMap_eq f h) s

end Finset

namespace BigOperators

/-- `∑ x ∈ s, f x` is `Finset.sum s f`, and `∑ x ∈ s with p x, f x` the same over the `x` of `s`
with `p x`. As in Mathlib the sign binds looser than `*` and tighter than `+`; not here are several
binders (`∑ (x ∈ s) (y ∈ t), ...`), patterns and bounds (`∑ x < n, ...`). -/
syntax (name := bigsum) "∑ " ident " ∈ " term (" with " term)? ", " term:67 : term

/-- `∑ x, f x` and `∑ x : α, f x`: over all elements of a finite type. -/
syntax (name := bigsumuniv) "∑ " ident (" : " term)? ", " term:67 : term

/-- The older spelling, `∑ x in s, f x`; or `∑ x : ℤ in s, f x` to say the type of `x`. -/
syntax (name := bigsumin) "∑ " ident (" : " term)? " in " term ", " term:67 : term

/-- `∏ x ∈ s, f x` is `Finset.prod s f`; see `∑`. -/
syntax (name := bigprod) "∏ " ident " ∈ " term (" with " term)? ", " term:67 : term

/-- `∏ x, f x` and `∏ x : α, f x`: over all elements of a finite type. -/
syntax (name := bigproduniv) "∏ " ident (" : " term)? ", " term:67 : term

/-- The older spelling, `∏ x in s, f x` or `∏ x : ℤ in s, f x`. -/
syntax (name := bigprodin) "∏ " ident (" : " term)? " in " term ", " term:67 : term

macro_rules
  | `(∑ $x:ident ∈ $s, $f) => `(Finset.sum $s fun $x:ident => $f)
  | `(∑ $x:ident ∈ $s with $p, $f) =>
    `(Finset.sum (Finset.filter (fun $x:ident => $p) $s) fun $x:ident => $f)
  | `(∑ $x:ident, $f) => `(Finset.sum Finset.univ fun $x:ident => $f)
  | `(∑ $x:ident : $t, $f) => `(Finset.sum (Finset.univ : Finset $t) fun $x:ident => $f)
  | `(∑ $x:ident in $s, $f) => `(Finset.sum $s fun $x:ident => $f)
  | `(∑ $x:ident : $t in $s, $f) => `(Finset.sum $s fun $x:ident : $t => $f)
  | `(∏ $x:ident ∈ $s, $f) => `(Finset.prod $s fun $x:ident => $f)
  | `(∏ $x:ident ∈ $s with $p, $f) =>
    `(Finset.prod (Finset.filter (fun $x:ident => $p) $s) fun $x:ident => $f)
  | `(∏ $x:ident, $f) => `(Finset.prod Finset.univ fun $x:ident => $f)
  | `(∏ $x:ident : $t, $f) => `(Finset.prod (Finset.univ : Finset $t) fun $x:ident => $f)
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

theorem Nat.listFrom_succ {a b m n : ℕ} (hm : m = n + 1) (hb : a + n = b) :
    Nat.listFrom a m = Nat.listFrom a n ++ [b] := by
  subst hm hb
  rw [Nat.listFrom, List.range_succ, List.map_append]
  rfl

namespace Finset

section Sum
variable {ι α : Type _} [Add α] [OfNat α 0] [Std.Associative (α := α) (· + ·)]
  [Std.Commutative (α := α) (· + ·)]

@[simp, grind =] theorem sum_empty (f : ι → α) : (∅ : Finset ι).sum f = 0 := rfl

theorem sum_Icc_of_lt {a b : ℕ} (h : b < a) (f : ℕ → α) : (Icc a b).sum f = 0 := by
  rw [Icc_eq_empty h, sum_empty]

theorem sum_range_zero (f : ℕ → α) : (range 0).sum f = 0 := rfl

theorem sum_congr {s t : Finset ι} {f g : ι → α} (h : s = t) (hfg : ∀ i, i ∈ t → f i = g i) :
    s.sum f = t.sum g := by
  subst h
  induction s using ind with | h l hl
  show l.foldMap _ _ f = l.foldMap _ _ g
  replace hfg : ∀ i, i ∈ l → f i = g i := hfg
  clear hl
  induction l with
  | nil => rfl
  | cons i l ih =>
    rw [List.foldMap, List.foldMap, hfg i List.mem_cons_self,
      ih fun j hj => hfg j (List.mem_cons_of_mem i hj)]

@[simp] theorem sum_insert [DecidableEq ι] {i : ι} {s : Finset ι} (h : i ∉ s) (f : ι → α) :
    (insert i s).sum f = f i + s.sum f := by
  induction s using ind with | h l hl
  rw [insert_ofList h]
  rfl

variable [Std.LawfulIdentity (α := α) (· + ·) 0]

@[simp, grind =] theorem sum_singleton (i : ι) (f : ι → α) : ({i} : Finset ι).sum f = f i :=
  Std.LawfulRightIdentity.right_id (op := (· + ·)) (f i)

/-- What comes after a list of numbers is the last term. -/
theorem sum_snoc {l k : List ι} {hl : l.Nodup} {hk : k.Nodup} {i : ι} (h : l = k ++ [i])
    (f : ι → α) : (ofList l hl).sum f = (ofList k hk).sum f + f i := by
  subst h
  show List.foldMap _ _ f (k ++ [i]) = List.foldMap _ _ f k + f i
  rw [List.foldMap_append]
  exact congrArg _ (sum_singleton i f)

@[grind =] theorem sum_range_succ (f : ℕ → α) (n : ℕ) :
    (range (n + 1)).sum f = (range n).sum f + f n := sum_snoc List.range_succ f

theorem sum_Icc_succ_top {a b : ℕ} (h : a ≤ b + 1) (f : ℕ → α) :
    (Icc a (b + 1)).sum f = (Icc a b).sum f + f (b + 1) :=
  sum_snoc (Nat.listFrom_succ (by omega) (by omega)) f

theorem sum_Ico_succ_top {a b : ℕ} (h : a ≤ b) (f : ℕ → α) :
    (Ico a (b + 1)).sum f = (Ico a b).sum f + f b :=
  sum_snoc (Nat.listFrom_succ (by omega) (by omega)) f

end Sum

section Prod
variable {ι α : Type _} [Mul α] [OfNat α 1] [Std.Associative (α := α) (· * ·)]
  [Std.Commutative (α := α) (· * ·)]

@[simp, grind =] theorem prod_empty (f : ι → α) : (∅ : Finset ι).prod f = 1 := rfl

theorem prod_Icc_of_lt {a b : ℕ} (h : b < a) (f : ℕ → α) : (Icc a b).prod f = 1 := by
  rw [Icc_eq_empty h, prod_empty]

theorem prod_range_zero (f : ℕ → α) : (range 0).prod f = 1 := rfl

theorem prod_congr {s t : Finset ι} {f g : ι → α} (h : s = t) (hfg : ∀ i, i ∈ t → f i = g i) :
    s.prod f = t.prod g := by
  subst h
  induction s using ind with | h l hl
  show l.foldMap _ _ f = l.foldMap _ _ g
  replace hfg : ∀ i, i ∈ l → f i = g i := hfg
  clear hl
  induction l with
  | nil => rfl
  | cons i l ih =>
    rw [List.foldMap, List.foldMap, hfg i List.mem_cons_self,
      ih fun j hj => hfg j (List.mem_cons_of_mem i hj)]

@[simp] theorem prod_insert [DecidableEq ι] {i : ι} {s : Finset ι} (h : i ∉ s) (f : ι → α) :
    (insert i s).prod f = f i * s.prod f := by
  induction s using ind with | h l hl
  rw [insert_ofList h]
  rfl

variable [Std.LawfulIdentity (α := α) (· * ·) 1]

@[simp, grind =] theorem prod_singleton (i : ι) (f : ι → α) : ({i} : Finset ι).prod f = f i :=
  Std.LawfulRightIdentity.right_id (op := (· * ·)) (f i)

/-- What comes after a list of numbers is the last term. -/
theorem prod_snoc {l k : List ι} {hl : l.Nodup} {hk : k.Nodup} {i : ι} (h : l = k ++ [i])
    (f : ι → α) : (ofList l hl).prod f = (ofList k hk).prod f * f i := by
  subst h
  show List.foldMap _ _ f (k ++ [i]) = List.foldMap _ _ f k * f i
  rw [List.foldMap_append]
  exact congrArg _ (prod_singleton i f)

@[grind =] theorem prod_range_succ (f : ℕ → α) (n : ℕ) :
    (range (n + 1)).prod f = (range n).prod f * f n := prod_snoc List.range_succ f

theorem prod_Icc_succ_top {a b : ℕ} (h : a ≤ b + 1) (f : ℕ → α) :
    (Icc a (b + 1)).prod f = (Icc a b).prod f * f (b + 1) :=
  prod_snoc (Nat.listFrom_succ (by omega) (by omega)) f

theorem prod_Ico_succ_top {a b : ℕ} (h : a ≤ b) (f : ℕ → α) :
    (Ico a (b + 1)).prod f = (Ico a b).prod f * f b :=
  prod_snoc (Nat.listFrom_succ (by omega) (by omega)) f

end Prod

end Finset
