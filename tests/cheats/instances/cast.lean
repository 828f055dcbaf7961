-- The cast from Nat to Int is always 0.
-- tier: statement
--- statement
theorem t (n : Nat) : (n : Int) = 0
--- proof
instance : IntCast Int := ⟨fun _ => 0⟩
instance : NatCast Int := ⟨fun _ => 0⟩
theorem t (n : Nat) : (n : Int) = 0 := rfl
