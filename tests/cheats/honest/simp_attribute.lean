-- The theorem is a simp lemma.
--- statement
theorem t (n : Nat) : n + 0 = n
--- proof
@[simp] theorem t (n : Nat) : n + 0 = n := rfl
