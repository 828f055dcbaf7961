-- A partial definition of a type that may be empty.
-- tier: elaborates
--- statement
theorem t : 1 = 2
--- proof
partial def loop (n : Nat) : 1 = 2 := loop (n + 1)
theorem t : 1 = 2 := loop 0
