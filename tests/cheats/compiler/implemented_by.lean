-- Compiled code that does something else than its definition.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
def truth (_ : Nat) : Bool := true
@[implemented_by truth] def lie (_ : Nat) : Bool := false
theorem h : lie 0 = true := by native_decide
theorem t : 1 = 2 := absurd h (by decide)
