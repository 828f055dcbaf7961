-- unsafeCast turns anything into a proof.
-- tier: elaborates
--- statement
theorem t : 1 = 2
--- proof
theorem t : 1 = 2 := unsafeCast ()
