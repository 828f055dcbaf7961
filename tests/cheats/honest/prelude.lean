-- The prelude's notations.
--- header
import Proofloop
open Nat
--- statement
theorem t : ∑ i ∈ Finset.range 4, i = 6
--- proof
theorem t : ∑ i ∈ Finset.range 4, i = 6 := by decide
