-- The text ends the process before it is judged.
-- tier: elaborates
--- statement
theorem t : 1 = 2
--- proof
theorem u : 1 = 1 := rfl
#eval (IO.Process.exit 0 : IO Unit)
