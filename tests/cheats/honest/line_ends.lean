-- Blank lines, trailing spaces, a deep indent.
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
theorem t
        (a b : Nat)   
   :   a + b
  = b + a   :=

            by
              omega
