-- A notation of its own that the statement does not use.
--- statement
theorem t (n : Nat) : n + n = 2 * n
--- proof
local notation "⟪" a "⟫" => a + a
theorem t (n : Nat) : n + n = 2 * n := by show ⟪n⟫ = 2 * n; omega
