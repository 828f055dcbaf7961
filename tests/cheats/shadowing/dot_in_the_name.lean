-- One component with a dot looks like the name asked.
-- tier: statement
--- statement
theorem A.t : 1 = 1
--- proof
theorem «A.t» : 1 = 1 := rfl
