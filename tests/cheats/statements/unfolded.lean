-- Equal by unfolding, with the claim gone.
-- tier: statement
--- statement
theorem t : ∀ n : Nat, n + 0 = n
--- proof
theorem t : ∀ n : Nat, n = n := fun _ => rfl
