/-
Header for statements over the real numbers, which core Lean does not have: `ℝ` is an arbitrary
linearly ordered field. A theorem proved under it holds in every such field, the real numbers
among them; what rests on completeness (square roots, limits) can be neither stated nor proved.
It is read as text before a statement, not imported, since a `variable` ends with its file.
-/
open scoped OrderedField
variable {ℝ : Type} [Lean.Grind.Field ℝ] [LE ℝ] [LT ℝ] [Std.LawfulOrderLT ℝ]
  [Std.IsLinearOrder ℝ] [Lean.Grind.OrderedRing ℝ]
