-- The numeral 2 is the number 1.
-- tier: statement
--- statement
theorem t : (1 : Nat) = 2
--- proof
instance : OfNat Nat 2 := ⟨1⟩
theorem t : (1 : Nat) = 2 := rfl
