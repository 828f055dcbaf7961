-- A hypothesis that cannot be.
-- tier: statement
--- statement
theorem t (n : Nat) : n = n + 1
--- proof
theorem t (n : Nat) (h : n < 0) : n = n + 1 := by omega
