-- An example has no name.
-- tier: statement
--- statement
theorem t : 1 = 1
--- proof
example : 1 = 1 := rfl
