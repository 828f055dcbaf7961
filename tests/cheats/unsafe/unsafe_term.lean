-- The unsafe term makes an opaque constant of unsafe code.
-- tier: elaborates
--- statement
theorem t : 1 = 2
--- proof
theorem t : 1 = 2 := (unsafe (unsafeCast () : PLift (1 = 2))).down
