-- It becomes one afterwards.
--- statement
theorem t (n : Nat) : n + 0 = n
--- proof
theorem t (n : Nat) : n + 0 = n := rfl
attribute [simp] t
