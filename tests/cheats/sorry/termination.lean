-- A loop proves anything if its termination is admitted.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
def loop (n : Nat) : 1 = 2 := loop (n + 1)
termination_by n
decreasing_by admit
theorem t : 1 = 2 := loop 0
