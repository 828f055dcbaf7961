-- admit is sorry by another word.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
theorem t : 1 = 2 := by
  admit
