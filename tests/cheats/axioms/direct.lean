-- The claim follows from an axiom of the text's own.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
axiom wish : False
theorem t : 1 = 2 := wish.elim
