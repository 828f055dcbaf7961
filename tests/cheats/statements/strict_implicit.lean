-- An implicit argument made strictly implicit.
-- tier: statement
--- statement
theorem t {n : Nat} : n = n
--- proof
theorem t ⦃n : Nat⦄ : n = n := rfl
