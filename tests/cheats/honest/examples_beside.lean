-- Examples stand beside it.
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
example : 1 + 1 = 2 := rfl
theorem t (a b : Nat) : a + b = b + a := by omega
example (n : Nat) : n + 0 = n := by simp
