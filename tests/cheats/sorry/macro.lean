-- A tactic macro expands to admit.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
macro "finish" : tactic => `(tactic| admit)
theorem t : 1 = 2 := by finish
