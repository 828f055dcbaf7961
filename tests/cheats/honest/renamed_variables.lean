-- Bound variables by other names.
--- statement
theorem t : ∀ n : Nat, ∃ m, m = n
--- proof
theorem t : ∀ k : Nat, ∃ l, l = k := fun k => ⟨k, rfl⟩
