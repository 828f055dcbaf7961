-- Nested have, show, exact.
--- statement
theorem t (a b : Nat) (h : a < b) : ∃ c, b = a + c ∧ 0 < c
--- proof
theorem t (a b : Nat) (h : a < b) : ∃ c, b = a + c ∧ 0 < c := by
  have step : b = a + (b - a) := by omega
  refine ⟨b - a, step, ?_⟩
  show 0 < b - a
  omega
