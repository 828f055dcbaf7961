-- A name with a character that is not seen.
-- tier: parses
--- statement
theorem t : 1 = 1
--- proof
theorem t​ : 1 = 1 := rfl
