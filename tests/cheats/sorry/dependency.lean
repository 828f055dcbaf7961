-- The theorem is proved from a lemma that is not.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
theorem helper : 2 = 1 := by admit
theorem t : 1 = 2 := helper.symm
