-- A name that ends in a space.
-- tier: statement
--- statement
theorem t : 1 = 1
--- proof
theorem «t » : 1 = 1 := rfl
