-- Compiled code replaced by an equation that is an axiom.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
def slow (_ : Nat) : Bool := false
def fast (_ : Nat) : Bool := true
@[csimp] axiom same : @slow = @fast
theorem h : slow 0 = true := by native_decide
theorem t : 1 = 2 := absurd h (by decide)
