-- One hypothesis more.
-- tier: statement
--- statement
theorem t (n : Nat) : 0 < n
--- proof
theorem t (n : Nat) (h : n ≠ 0) : 0 < n := by omega
