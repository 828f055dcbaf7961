-- The word sorry in a comment and in a string.
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
-- no sorry here
def s := "sorry"
theorem t (a b : Nat) : a + b = b + a := by omega
