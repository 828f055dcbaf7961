-- The same as an option of decide.
-- tier: axioms
--- statement
theorem t : 2 ^ 20 % 7 = 4
--- proof
theorem t : 2 ^ 20 % 7 = 4 := by decide +native
