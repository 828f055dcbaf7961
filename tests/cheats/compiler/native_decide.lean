-- True, but on the compiler's word alone.
-- tier: axioms
--- statement
theorem t : 2 ^ 20 % 7 = 4
--- proof
theorem t : 2 ^ 20 % 7 = 4 := by native_decide
