-- Something else altogether.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
theorem u : 1 = 1 := rfl
