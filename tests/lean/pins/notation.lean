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
theorem exactly_one_in_brackets : (∃! (x : ℕ), x + 1 = 2) ↔ ∃! x : ℕ, x + 1 = 2 := Iff.rfl
theorem exactly_one_of_a_set (s : Finset ℕ) (p : ℕ → Prop) :
    (∃! x ∈ s, p x) ↔ ∃! x, x ∈ s ∧ p x := Iff.rfl
theorem exactly_one_above (p : ℕ → Prop) : (∃! x > 3, p x) ↔ ∃! x, x > 3 ∧ p x := Iff.rfl
theorem bijective_is_both (f : ℕ → ℕ) :
    Function.Bijective f ↔ Function.Injective f ∧ Function.Surjective f := Iff.rfl
theorem squaring_is_not_injective : ¬ Function.Injective fun x : ℤ => x * x :=
  fun h => absurd (h (a₁ := 1) (a₂ := -1) rfl) (by decide)
