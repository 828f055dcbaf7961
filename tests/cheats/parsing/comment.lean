-- The theorem stands in a comment.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
-- theorem t : 1 = 2 := rfl
theorem u : 1 = 1 := rfl
