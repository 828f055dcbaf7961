-- Numerals of an open type become integers.
-- tier: statement
--- statement
theorem t : ∃ n, n + 1 = 0
--- proof
@[default_instance 2000] instance (n : Nat) : OfNat Int n := ⟨n⟩
theorem t : ∃ n, n + 1 = 0 := ⟨-1, rfl⟩
