-- Lemmas before the theorem.
--- statement
theorem t (n : Nat) : n < n * n + 2
--- proof
theorem first (n : Nat) : n ≤ n * n := by
  cases n <;> simp [Nat.mul_add] <;> omega
theorem second (n : Nat) : n ≤ n * n + 1 := Nat.le_succ_of_le (first n)
theorem t (n : Nat) : n < n * n + 2 := Nat.lt_succ_of_le (second n)
