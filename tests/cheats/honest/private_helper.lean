-- A private lemma.
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
private theorem helper (a b : Nat) : a + b = b + a := by omega
theorem t (a b : Nat) : a + b = b + a := helper a b
