-- The tactic sorry closes any goal.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
theorem t : 1 = 2 := by
  sorry
