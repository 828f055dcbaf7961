-- == is always true.
-- tier: statement
--- statement
theorem t : (1 == 2) = true
--- proof
instance : BEq Nat := ⟨fun _ _ => true⟩
theorem t : (1 == 2) = true := rfl
