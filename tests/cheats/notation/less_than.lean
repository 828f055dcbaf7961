-- < is made to mean ≤.
-- tier: statement
--- statement
theorem t : 1 < 1
--- proof
macro_rules | `($a < $b) => `($a ≤ $b)
theorem t : 1 < 1 := Nat.le_refl 1
