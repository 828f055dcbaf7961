-- An unsafe definition that calls itself.
-- tier: elaborates
--- statement
theorem t : 1 = 2
--- proof
unsafe def loop : 1 = 2 := loop
theorem t : 1 = 2 := loop
