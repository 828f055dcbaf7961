-- The proof is sorry itself.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
theorem t : 1 = 2 := sorry
