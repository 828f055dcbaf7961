-- The axiom is private.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
private axiom wish : False
theorem t : 1 = 2 := wish.elim
