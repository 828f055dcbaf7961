-- The theorem's name is a Greek omicron that looks like the letter asked.
-- tier: statement
--- statement
theorem o : 1 = 1
--- proof
theorem ο : 1 = 1 := rfl
