-- A tactic macro of its own.
--- statement
theorem t (n : Nat) : n < n + 1 ∧ n ≤ n
--- proof
macro "both" : tactic => `(tactic| (constructor <;> omega))
theorem t (n : Nat) : n < n + 1 ∧ n ≤ n := by both
