-- A power that fills all memory.
-- tier: elaborates
--- statement
theorem t : 2 ^ (2 ^ 40) = 0
--- proof
theorem t : 2 ^ (2 ^ 40) = 0 := by decide
