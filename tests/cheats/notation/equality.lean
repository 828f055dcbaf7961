-- = is made to mean ≤.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
macro_rules | `($a = $b) => `(($a : Nat) ≤ $b)
theorem t : 1 = 2 := by decide
