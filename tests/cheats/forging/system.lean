-- C's system is called, to run a command on the host.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
@[extern "system"] opaque run (command : USize) : UInt32
unsafe def go : IO Unit := do
  IO.println (run (ptrAddrUnsafe "true" + 20))
theorem u : 1 = 1 := rfl
