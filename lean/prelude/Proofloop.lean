import Proofloop.Notation
import Proofloop.Order
import Proofloop.NumberTheory
import Proofloop.Finset
import Proofloop.Intervals
import Proofloop.BigOperators
import Proofloop.Sets
import Proofloop.OrderedField
import Proofloop.Events

/-!
# The prelude

The notations and notions of elementary mathematics that core Lean can carry without Mathlib,
under Mathlib's names, so that a statement written here reads the same there. Each definition says
what Mathlib's is and where ours differs. There are no real numbers here; `ordered_field.lean`
states theorems over an arbitrary linearly ordered field instead.

`Proofloop.Dimensions` is imported by itself: its default instances would change how the numerals of
every statement are read.
-/
