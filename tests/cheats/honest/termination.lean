-- Recursion with a measure.
--- statement
theorem t (n : Nat) : n % 2 < 2
--- proof
theorem t (n : Nat) : n % 2 < 2 := by
  if h : n < 2 then rw [Nat.mod_eq_of_lt h]; exact h
  else
    have := t (n - 2)
    omega
termination_by n
