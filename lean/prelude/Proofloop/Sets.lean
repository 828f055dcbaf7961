import Proofloop.BigOperators

/-!
# Sets as predicates, least and greatest elements
-/

set_option autoImplicit false

/-- Mathlib: the same definition. -/
def Set (α : Type _) := α → Prop

/-- The set of the `x` with `p x`. Mathlib: the same definition. -/
def setOf {α : Type _} (p : α → Prop) : Set α := p

namespace Set
variable {α : Type _}

/-- Mathlib: the same definition. -/
protected def Mem (s : Set α) (a : α) : Prop := s a

instance : Membership α (Set α) := ⟨Set.Mem⟩

/-- `{x | p x}`, `{x : α | p x}`, and `{x < a | p x}` and the like for `{x | x < a ∧ p x}`. Not
here are Mathlib's `{f x | x ∈ s}` and patterns. -/
syntax "{" ident (" : " term)? " | " term "}" : term
syntax "{" ident " < " term " | " term "}" : term
syntax "{" ident " ≤ " term " | " term "}" : term
syntax "{" ident " > " term " | " term "}" : term
syntax "{" ident " ≥ " term " | " term "}" : term
/-- The `x` of the set `s` with `p x`. -/
syntax (name := setSep) "{" ident " ∈ " term " | " term "}" : term
/-- The same where `s` is a `Finset`: then so is what is meant. -/
syntax (name := finsetSep) "{" ident " ∈ " term " | " term "}" : term
macro_rules
  | `({$x:ident < $a | $p}) => `(setOf fun $x:ident => $x < $a ∧ $p)
  | `({$x:ident ≤ $a | $p}) => `(setOf fun $x:ident => $x ≤ $a ∧ $p)
  | `({$x:ident > $a | $p}) => `(setOf fun $x:ident => $x > $a ∧ $p)
  | `({$x:ident ≥ $a | $p}) => `(setOf fun $x:ident => $x ≥ $a ∧ $p)
  | `({$x:ident | $p}) => `(setOf fun $x:ident => $p)
  | `({$x:ident : $t | $p}) => `(setOf fun $x:ident : $t => $p)
macro_rules (kind := setSep)
  | `(setSep| {$x:ident ∈ $s | $p}) => `(setOf fun $x:ident => $x ∈ ($s : Set _) ∧ $p)
macro_rules (kind := finsetSep)
  | `(finsetSep| {$x:ident ∈ $s | $p}) => `(Finset.filter (fun $x:ident => $p) ($s : Finset _))

@[app_unexpander setOf]
def setOf.unexpand : Lean.PrettyPrinter.Unexpander
  | `($_ fun $x:ident => $p) => `({$x:ident | $p})
  | _ => throw ()

@[simp] theorem mem_setOf_eq (p : α → Prop) (a : α) : (a ∈ {x | p x}) = p a := rfl

grind_pattern mem_setOf_eq => a ∈ setOf p

instance (p : α → Prop) [DecidablePred p] (a : α) : Decidable (a ∈ {x | p x}) :=
  inferInstanceAs (Decidable (p a))

theorem ext {s t : Set α} (h : ∀ x, x ∈ s ↔ x ∈ t) : s = t := funext fun x => propext (h x)

/-- The `x` with `a ≤ x ≤ b`. Mathlib: the same definition, as are the other three. -/
def Icc [LE α] (a b : α) : Set α := {x | a ≤ x ∧ x ≤ b}
/-- The `x` with `a ≤ x < b`. -/
def Ico [LE α] [LT α] (a b : α) : Set α := {x | a ≤ x ∧ x < b}
/-- The `x` with `a < x ≤ b`. -/
def Ioc [LE α] [LT α] (a b : α) : Set α := {x | a < x ∧ x ≤ b}
/-- The `x` with `a < x < b`. -/
def Ioo [LT α] (a b : α) : Set α := {x | a < x ∧ x < b}

@[simp, grind =] theorem mem_Icc [LE α] {a b x : α} :
     x ∈ Icc a b ↔ a ≤ x ∧ x ≤ b := Iff.rfl
@[simp, grind =] theorem mem_Ico [LE α] [LT α] {a b x : α} :
     x ∈ Ico a b ↔ a ≤ x ∧ x < b := Iff.rfl
@[simp, grind =] theorem mem_Ioc [LE α] [LT α] {a b x : α} :
     x ∈ Ioc a b ↔ a < x ∧ x ≤ b := Iff.rfl
@[simp, grind =] theorem mem_Ioo [LT α] {a b x : α} :
     x ∈ Ioo a b ↔ a < x ∧ x < b := Iff.rfl

/-- The `x` with `a ≤ x`. -/
def Ici [LE α] (a : α) : Set α := {x | a ≤ x}
/-- The `x` with `x ≤ a`. -/
def Iic [LE α] (a : α) : Set α := {x | x ≤ a}
/-- The `x` with `a < x`. -/
def Ioi [LT α] (a : α) : Set α := {x | a < x}
/-- The `x` with `x < a`. -/
def Iio [LT α] (a : α) : Set α := {x | x < a}

@[simp, grind =] theorem mem_Ici [LE α] {a x : α} : x ∈ Ici a ↔ a ≤ x := Iff.rfl
@[simp, grind =] theorem mem_Iic [LE α] {a x : α} : x ∈ Iic a ↔ x ≤ a := Iff.rfl
@[simp, grind =] theorem mem_Ioi [LT α] {a x : α} : x ∈ Ioi a ↔ a < x := Iff.rfl
@[simp, grind =] theorem mem_Iio [LT α] {a x : α} : x ∈ Iio a ↔ x < a := Iff.rfl

/-- Everything. Mathlib: the same definition, as are those of `∅`, `{a, b}`, `∪`, `∩`, `\`, `⊆`,
`Nonempty` and `f '' s` below. -/
def univ : Set α := {_x | True}

instance : EmptyCollection (Set α) := ⟨fun _ => False⟩
instance : Singleton α (Set α) := ⟨fun a => {x | x = a}⟩
instance : Insert α (Set α) := ⟨fun a s => {x | x = a ∨ x ∈ s}⟩
instance : Union (Set α) := ⟨fun s t => {x | x ∈ s ∨ x ∈ t}⟩
instance : Inter (Set α) := ⟨fun s t => {x | x ∈ s ∧ x ∈ t}⟩
instance : SDiff (Set α) := ⟨fun s t => {x | x ∈ s ∧ x ∉ t}⟩
instance : HasSubset (Set α) := ⟨fun s t => ∀ ⦃x⦄, x ∈ s → x ∈ t⟩

@[simp, grind ←] theorem mem_univ (a : α) : a ∈ (univ : Set α) := trivial
@[simp, grind ←] theorem notMem_empty (a : α) : a ∉ (∅ : Set α) := id
@[simp, grind =] theorem mem_singleton_iff {a b : α} : a ∈ ({b} : Set α) ↔ a = b := Iff.rfl
@[simp, grind =] theorem mem_insert_iff {a b : α} {s : Set α} :
    a ∈ insert b s ↔ a = b ∨ a ∈ s := Iff.rfl
@[simp, grind =] theorem mem_union {a : α} {s t : Set α} : a ∈ s ∪ t ↔ a ∈ s ∨ a ∈ t := Iff.rfl
@[simp, grind =] theorem mem_inter_iff {a : α} {s t : Set α} :
    a ∈ s ∩ t ↔ a ∈ s ∧ a ∈ t := Iff.rfl
@[simp, grind =] theorem mem_diff {a : α} {s t : Set α} : a ∈ s \ t ↔ a ∈ s ∧ a ∉ t := Iff.rfl
@[grind =] theorem subset_def {s t : Set α} : s ⊆ t ↔ ∀ x, x ∈ s → x ∈ t := Iff.rfl

protected def Nonempty (s : Set α) : Prop := ∃ a, a ∈ s

/-- The values of `f` on `s`, `f '' s`. -/
def image {β : Type _} (f : α → β) (s : Set α) : Set β := {b | ∃ a, a ∈ s ∧ f a = b}

@[inherit_doc] infixl:80 " '' " => image

@[simp, grind =] theorem mem_image {β : Type _} {f : α → β} {s : Set α} {b : β} :
    b ∈ f '' s ↔ ∃ a, a ∈ s ∧ f a = b := Iff.rfl

/-- Some finite set has the same elements. Mathlib: the same meaning, by the type of the elements
of `s`. -/
protected def Finite (s : Set α) : Prop := ∃ t : Finset α, ∀ a, a ∈ s ↔ a ∈ t

/-- Not finite. Mathlib: the same. -/
protected def Infinite (s : Set α) : Prop := ¬ s.Finite

/-- The number of elements of a finite set, 0 for an infinite one. Mathlib: the same values. -/
noncomputable def ncard (s : Set α) : ℕ :=
  open Classical in if h : s.Finite then h.choose.card else 0

theorem ncard_eq {s : Set α} {t : Finset α} (h : ∀ a, a ∈ s ↔ a ∈ t) : s.ncard = t.card := by
  have hs : s.Finite := ⟨t, h⟩
  have : hs.choose = t := Finset.ext fun a => (hs.choose_spec a).symm.trans (h a)
  rw [ncard, dif_pos hs, this]

theorem Infinite.ncard {s : Set α} (h : s.Infinite) : s.ncard = 0 := dif_neg h

end Set

section Bounds
variable {α : Type _} [LE α]

/-- What is above all of `s`. Mathlib: the same definition, as are the next three. -/
def upperBounds (s : Set α) : Set α := {x | ∀ ⦃a⦄, a ∈ s → a ≤ x}
/-- What is below all of `s`. -/
def lowerBounds (s : Set α) : Set α := {x | ∀ ⦃a⦄, a ∈ s → x ≤ a}
/-- Something is above all of `s`. -/
def BddAbove (s : Set α) : Prop := (upperBounds s).Nonempty
/-- Something is below all of `s`. -/
def BddBelow (s : Set α) : Prop := (lowerBounds s).Nonempty

@[simp, grind =] theorem mem_upperBounds {s : Set α} {x : α} :
    x ∈ upperBounds s ↔ ∀ a, a ∈ s → a ≤ x := Iff.rfl
@[simp, grind =] theorem mem_lowerBounds {s : Set α} {x : α} :
    x ∈ lowerBounds s ↔ ∀ a, a ∈ s → x ≤ a := Iff.rfl

end Bounds

/-- `a` belongs to `s` and is below all of it. Mathlib: the same, with `∀ b ∈ s, a ≤ b` spelt
`a ∈ lowerBounds s`. -/
def IsLeast {α : Type _} [LE α] (s : Set α) (a : α) : Prop := a ∈ s ∧ ∀ b, b ∈ s → a ≤ b

/-- `a` belongs to `s` and is above all of it. Mathlib: the same, with `∀ b ∈ s, b ≤ a` spelt
`a ∈ upperBounds s`. -/
def IsGreatest {α : Type _} [LE α] (s : Set α) (a : α) : Prop := a ∈ s ∧ ∀ b, b ∈ s → b ≤ a

@[grind =] theorem isLeast_iff {α : Type _} [LE α] (s : Set α) (a : α) :
    IsLeast s a ↔ a ∈ s ∧ ∀ b, b ∈ s → a ≤ b := Iff.rfl

@[grind =] theorem isGreatest_iff {α : Type _} [LE α] (s : Set α) (a : α) :
    IsGreatest s a ↔ a ∈ s ∧ ∀ b, b ∈ s → b ≤ a := Iff.rfl

theorem Nat.isLeast_iff (s : Set ℕ) (a : ℕ) : IsLeast s a ↔ a ∈ s ∧ ∀ b, b < a → b ∉ s :=
  and_congr_right fun _ =>
    ⟨fun h b hlt hb => Nat.not_le.mpr hlt (h b hb), fun h b hb =>
      Nat.le_of_not_lt fun hlt => h b hlt hb⟩

instance (s : Set ℕ) [∀ b, Decidable (b ∈ s)] (a : ℕ) : Decidable (IsLeast s a) :=
  decidable_of_iff _ (Nat.isLeast_iff s a).symm
