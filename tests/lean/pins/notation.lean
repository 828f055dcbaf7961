import Proofloop

theorem naturals_are_nat : ℕ = Nat := rfl
theorem integers_are_int : ℤ = Int := rfl
theorem rationals_are_rat : ℚ = Rat := rfl

theorem exactly_one : ∃! x : ℕ, x + 1 = 2 := ⟨1, rfl, fun y (h : y + 1 = 2) => by omega⟩
theorem two_are_not_exactly_one : ¬ ∃! x : ℤ, x * x = 1 := by
  intro ⟨x, _, h⟩
  have h1 : (1 : ℤ) = x := h 1 rfl
  have h2 : (-1 : ℤ) = x := h (-1) rfl
  omega
theorem none_is_not_exactly_one : ¬ ∃! x : ℕ, x + 1 = 0 := fun ⟨x, h, _⟩ => nomatch h
