-- An axiom that instance search finds.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
axiom inst : Inhabited (PLift (1 = 2))
attribute [instance] inst
theorem t : 1 = 2 := (default : PLift (1 = 2)).down
