-- A definition, not a theorem.
-- tier: statement
--- statement
theorem t : 1 = 1
--- proof
def t : 1 = 1 := rfl
