import Proofloop

theorem membership (n : ℕ) : n ∈ {x : ℕ | 3 < x} ↔ 3 < n := Iff.rfl
theorem membership_in_a_part (n : ℤ) : n ∈ {x ∈ Set.Icc 0 5 | x ≠ 3} ↔ (0 ≤ n ∧ n ≤ 5) ∧ n ≠ 3 := Iff.rfl
theorem least : IsLeast {x : ℕ | 3 < x} 4 := ⟨by simp, fun b (h : 3 < b) => h⟩
theorem least_belongs : ¬ IsLeast {x : ℕ | 3 < x} 3 := fun h => Nat.lt_irrefl 3 h.1
theorem least_is_below : ¬ IsLeast {x : ℕ | 3 < x} 5 := fun h => absurd (h.2 4 (by simp)) (by decide)
theorem greatest : IsGreatest {x : ℤ | x ^ 2 = 4} 2 := by
  refine ⟨by simp, fun b hb => ?_⟩
  have : (b - 2) * (b + 2) = 0 := by
    have : b ^ 2 = 4 := hb
    grind
  rcases Int.mul_eq_zero.mp this with h | h <;> omega
theorem half_open (x : ℚ) : x ∈ Set.Ico 0 1 ↔ 0 ≤ x ∧ x < 1 := Iff.rfl
theorem sets_with_the_same_elements : {x : ℕ | x = 1 ∨ x = 2} = {x | x = 2 ∨ x = 1} :=
  Set.ext fun _ => Or.comm
