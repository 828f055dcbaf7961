-- Arguments by other names.
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
theorem t (x y : Nat) : x + y = y + x := Nat.add_comm x y
