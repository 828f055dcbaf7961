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

/-- `{x | p x}`, `{x : α | p x}` and `{x ∈ s | p x}`. -/
syntax "{" ident (" : " term)? " | " term "}" : term
/-- The `x` of the set `s` with `p x`. -/
syntax "{" ident " ∈ " term " | " term "}" : term
macro_rules
  | `({$x:ident | $p}) => `(setOf fun $x:ident => $p)
  | `({$x:ident : $t | $p}) => `(setOf fun $x:ident : $t => $p)
  | `({$x:ident ∈ $s | $p}) => `(setOf fun $x:ident => $x ∈ $s ∧ $p)

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

end Set

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
