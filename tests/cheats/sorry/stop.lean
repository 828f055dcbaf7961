-- stop drops the rest of the proof and admits the goal.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
theorem t : 1 = 2 := by
  stop
  rfl
