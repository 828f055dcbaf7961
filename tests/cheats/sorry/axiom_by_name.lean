-- The axiom behind sorry, called by its name.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
theorem t : 1 = 2 := sorryAx _ true
