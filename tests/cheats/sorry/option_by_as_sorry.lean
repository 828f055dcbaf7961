-- An option elaborates every `by` as sorry, without a word of it.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
set_option debug.byAsSorry true in
theorem t : 1 = 2 := by decide
