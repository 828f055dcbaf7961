-- The hypothesis is a default argument.
-- tier: statement
--- statement
theorem t (n : Nat) (h : n = n) : n = n
--- proof
theorem t (n : Nat) (h : n = n := by rfl) : n = n := h
