-- In the theorem's namespace Nat is another type.
-- tier: statement
--- statement
theorem Evil.t : (1 : Nat) = 2
--- proof
inductive Evil.Nat | only
instance (n) : OfNat Evil.Nat n := ⟨.only⟩
theorem Evil.t : (1 : Nat) = 2 := rfl
