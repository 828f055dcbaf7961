-- The implementation is unsafe code.
-- tier: axioms
--- statement
theorem t : good 0 = true
--- proof
unsafe def bad (n : Nat) : Bool := (unsafeCast n : Nat) == 0
@[implemented_by bad] def good (_ : Nat) : Bool := true
theorem t : good 0 = true := by native_decide
