-- With a doc comment, and odd comments inside.
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
/-- Addition commutes. -/
theorem t (a b : Nat) : -- first
    a + b /- in the middle -/ = b + a := by
  /- a /- nested -/ comment -/
  omega
