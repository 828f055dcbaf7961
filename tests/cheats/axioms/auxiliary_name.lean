-- An axiom that is named like a helper of Lean's own.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
axiom t.match_1 : False
theorem t : 1 = 2 := t.match_1.elim
