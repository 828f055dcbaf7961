-- Structured induction.
--- statement
theorem t (n : Nat) : 2 * (List.range (n+1)).sum = n * (n+1)
--- proof
theorem t (n : Nat) : 2 * (List.range (n+1)).sum = n * (n+1) := by
  induction n with
  | zero => rfl
  | succ n ih => rw [List.range_succ]; simp; grind
