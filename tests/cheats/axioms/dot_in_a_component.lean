-- An axiom whose only component is written like Classical.choice.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
axiom «Classical.choice» : False
theorem t : 1 = 2 := «Classical.choice».elim
