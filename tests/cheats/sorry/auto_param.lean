-- A default argument is filled in with it.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
theorem helper (h : 1 = 2 := by admit) : 1 = 2 := h
theorem t : 1 = 2 := helper
