/-!
# Number types and unique existence
-/

set_option autoImplicit false

/-- The natural numbers, starting from 0. -/
notation "ℕ" => Nat

/-- The integers. -/
notation "ℤ" => Int

/-- The rational numbers: core's `Rat`, in lowest terms with a positive denominator. -/
notation "ℚ" => Rat

/-- Exactly one `x` has the property `p`. Mathlib: the same definition. -/
def ExistsUnique.{u} {α : Sort u} (p : α → Prop) : Prop := ∃ x, p x ∧ ∀ y, p y → y = x

/-- `∃! x, p x`, `∃! x : α, p x` and `∃! (x : α), p x`; and `∃! x ∈ s, p x`, `∃! x < a, p x` for
`∃! x, x ∈ s ∧ p x` and the like. As in Mathlib there is one binder only, since `∃! x, ∃! y, p x y`
does not say that there is exactly one pair. -/
syntax "∃! " ident (" : " term)? ", " term : term
syntax "∃! " "(" ident " : " term ")" ", " term : term
syntax "∃! " ident binderPred ", " term : term
macro_rules
  | `(∃! ($x:ident : $t), $p) => `(ExistsUnique fun $x:ident : $t => $p)
  | `(∃! $x:ident $b:binderPred, $p) =>
    `(ExistsUnique fun $x:ident => satisfies_binder_pred% $x $b ∧ $p)
  | `(∃! $x:ident, $p) => `(ExistsUnique fun $x:ident => $p)
  | `(∃! $x:ident : $t, $p) => `(ExistsUnique fun $x:ident : $t => $p)

@[app_unexpander ExistsUnique]
def ExistsUnique.unexpand : Lean.PrettyPrinter.Unexpander
  | `($_ fun $x:ident => $p) => `(∃! $x:ident, $p)
  | `($_ fun $x:ident : $t => $p) => `(∃! $x:ident : $t, $p)
  | _ => throw ()

@[grind =]
theorem existsUnique_iff.{u} {α : Sort u} (p : α → Prop) :
    ExistsUnique p ↔ ∃ x, p x ∧ ∀ y, p y → y = x := Iff.rfl

/-- Both injective and surjective; the two are core Lean's. Mathlib: the same definition. -/
def Function.Bijective.{u, v} {α : Sort u} {β : Sort v} (f : α → β) : Prop :=
  Function.Injective f ∧ Function.Surjective f
