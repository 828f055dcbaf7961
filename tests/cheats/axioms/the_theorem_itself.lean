-- The theorem asked is declared as an axiom.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
axiom t : 1 = 2
