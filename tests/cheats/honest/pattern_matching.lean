-- Equations instead of a body.
--- statement
theorem t : ∀ n : Nat, 0 + n = n
--- proof
theorem t : ∀ n : Nat, 0 + n = n
  | 0 => rfl
  | n + 1 => congrArg Nat.succ (t n)
