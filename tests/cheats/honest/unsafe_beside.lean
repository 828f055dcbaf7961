-- Unsafe and partial code stands beside it.
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
partial def forever (n : Nat) : Nat := forever (n + 1)
unsafe def dangerous : Nat := unsafeCast 3
theorem t (a b : Nat) : a + b = b + a := by omega
