-- #exit ends the text before the theorem.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
theorem u : 1 = 1 := rfl
#exit
theorem t : 1 = 2 := rfl
