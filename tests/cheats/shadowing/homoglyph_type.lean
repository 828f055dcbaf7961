-- A type whose name looks like Nat (with a Greek capital Nu).
-- tier: statement
--- statement
theorem t : (1 : Nat) = 2
--- proof
abbrev Νat := Unit
instance (n) : OfNat Νat n := ⟨()⟩
theorem t : (1 : Νat) = 2 := rfl
