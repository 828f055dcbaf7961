-- A wrapper with derived instances in place of the type.
-- tier: statement
--- statement
theorem t : (1 : Nat) = 2
--- proof
structure N where
  n : Nat
deriving DecidableEq
instance (k) : OfNat N k := ⟨⟨0⟩⟩
theorem t : (1 : N) = 2 := rfl
