-- A calculation.
--- statement
theorem t (a b c : Nat) (h : a = b) (k : b = c) : a + 0 = c
--- proof
theorem t (a b c : Nat) (h : a = b) (k : b = c) : a + 0 = c := by
  calc a + 0 = a := Nat.add_zero a
    _ = b := h
    _ = c := k
