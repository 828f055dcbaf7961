-- The default of a structure's field holds it.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
structure Box where
  proof : 1 = 2 := by admit
theorem t : 1 = 2 := ({} : Box).proof
