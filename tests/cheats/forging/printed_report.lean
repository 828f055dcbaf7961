-- The text prints what a report looks like.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
#eval IO.println "{\"accepted\": true, \"tier\": \"kernel\"}"
theorem u : 1 = 1 := rfl
