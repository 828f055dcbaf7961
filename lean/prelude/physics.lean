/-
Header for statements about physical quantities, after `import Proofloop.Dimensions`: `ℝ` is an
arbitrary linearly ordered field, as in `ordered_field.lean`, and a quantity is written
`(m : Quantity ℝ Dim.mass)`.
-/
open scoped OrderedField
variable {ℝ : Type} [Lean.Grind.Field ℝ] [LE ℝ] [LT ℝ] [Std.LawfulOrderLT ℝ]
  [Std.IsLinearOrder ℝ] [Lean.Grind.OrderedRing ℝ]
open Physics
