-- An option replaces the proofs of theorems by sorry.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
set_option debug.proofAsSorry true in
theorem t : 1 = 2 := id (by exact absurd rfl nope)
