-- 4 = 4 for 2 + 2 = 4.
-- tier: statement
--- statement
theorem t : 2 + 2 = 4
--- proof
theorem t : 4 = 4 := rfl
