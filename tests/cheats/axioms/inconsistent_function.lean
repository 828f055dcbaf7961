-- An innocent looking function that cannot be.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
axiom half : Nat → Nat
axiom half_spec : ∀ n, half n + half n = n
theorem t : 1 = 2 := by have := half_spec 1; omega
