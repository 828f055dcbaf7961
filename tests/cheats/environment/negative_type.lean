-- An inductive type that contains functions from itself.
-- tier: elaborates
--- statement
theorem t : 1 = 2
--- proof
inductive Bad | mk (f : Bad → False) : Bad
theorem no (b : Bad) : False := by cases b with | mk f => exact f (.mk f)
theorem t : 1 = 2 := (no (.mk no)).elim
