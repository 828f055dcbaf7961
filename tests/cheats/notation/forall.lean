-- ∀ is made to mean ∃.
-- tier: statement
--- statement
theorem t : ∀ n : Nat, n = 0
--- proof
macro_rules | `(∀ $x:ident : $ty, $p) => `(∃ $x:ident : $ty, $p)
theorem t : ∀ n : Nat, n = 0 := ⟨0, rfl⟩
