-- Arguments come from section variables.
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
section
variable (a b : Nat)
theorem t : a + b = b + a := Nat.add_comm a b
end
