-- A bare term.
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
theorem t (a b : Nat) : a + b = b + a := Nat.add_comm a b
