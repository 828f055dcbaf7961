-- A comment that does not end.
-- tier: parses
--- statement
theorem t : 1 = 2
--- proof
theorem u : 1 = 1 := rfl
/- theorem t : 1 = 2 := rfl
