-- #check, #eval, #print and options in between.
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
#check Nat
#eval 1 + 1
set_option maxRecDepth 1000
theorem t (a b : Nat) : a + b = b + a := by
  omega
#print axioms t
