-- An unsafe axiom.
-- tier: elaborates
--- statement
theorem t : 1 = 2
--- proof
unsafe axiom wish : 1 = 2
theorem t : 1 = 2 := wish
