-- A weaker claim.
-- tier: statement
--- statement
theorem t (n : Nat) : n < n + 2
--- proof
theorem t (n : Nat) : n ≤ n + 2 := by omega
