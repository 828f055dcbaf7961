-- A private theorem has another name.
-- tier: statement
--- statement
theorem t : 1 = 1
--- proof
private theorem t : 1 = 1 := rfl
