-- A definition rests on it, and the theorem on the definition.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
axiom wish : PLift (1 = 2)
noncomputable def key : PLift (1 = 2) := wish
theorem t : 1 = 2 := key.down
