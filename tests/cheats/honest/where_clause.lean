-- Helpers in a where clause.
--- statement
theorem t (n : Nat) : n * 0 = 0
--- proof
theorem t (n : Nat) : n * 0 = 0 := go n
where
  go : ∀ n : Nat, n * 0 = 0
    | 0 => rfl
    | n + 1 => by simp
