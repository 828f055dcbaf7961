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
theorem bounded_set_builder (n : ℕ) : n ∈ {x < 5 | x ≠ 2} ↔ n < 5 ∧ n ≠ 2 := Iff.rfl
theorem a_part_of_a_finset_is_one : ({x ∈ Finset.range 9 | x % 3 = 0}).card = 3 := by decide
theorem a_part_of_a_set_is_one (s : Set ℕ) : {x ∈ s | x < 3} = {x | x ∈ s ∧ x < 3} := rfl
theorem listed (n : ℕ) : n ∈ ({1, 2} : Set ℕ) ↔ n = 1 ∨ n = 2 := Iff.rfl
theorem nothing_and_everything (n : ℕ) : n ∉ (∅ : Set ℕ) ∧ n ∈ (Set.univ : Set ℕ) := by simp
theorem operations (s t : Set ℕ) (n : ℕ) : (n ∈ s ∪ t ↔ n ∈ s ∨ n ∈ t) ∧
    (n ∈ s ∩ t ↔ n ∈ s ∧ n ∈ t) ∧ (n ∈ s \ t ↔ n ∈ s ∧ n ∉ t) := ⟨Iff.rfl, Iff.rfl, Iff.rfl⟩
theorem half_lines (x : ℚ) : (x ∈ Set.Ioi 0 ↔ 0 < x) ∧ (x ∈ Set.Iic 0 ↔ x ≤ 0) := ⟨Iff.rfl, Iff.rfl⟩
theorem images : (4 : ℤ) ∈ (fun x : ℤ => x * x) '' {x | x < 0} := ⟨-2, by decide, rfl⟩
theorem counted : {n : ℕ | 0 < n ∧ n < 4}.ncard = 3 :=
  (Set.ncard_eq (t := Finset.Ioo 0 4) fun _ => Finset.mem_Ioo.symm).trans rfl
theorem naturals_are_infinite : (Set.univ : Set ℕ).Infinite ∧ (Set.univ : Set ℕ).ncard = 0 := by
  have : (Set.univ : Set ℕ).Infinite := by
    intro ⟨t, h⟩
    have above (l : List ℕ) : ∃ n, ∀ a, a ∈ l → a < n := by
      induction l with
      | nil => exact ⟨0, by simp⟩
      | cons b l ih =>
        obtain ⟨n, hn⟩ := ih
        exact ⟨n + b + 1, fun a ha => by rcases List.mem_cons.mp ha with rfl | ha <;> grind⟩
    induction t using Finset.ind with | h l hl
    obtain ⟨n, hn⟩ := above l
    exact Nat.lt_irrefl n (hn n ((h n).mp trivial))
  exact ⟨this, this.ncard⟩
theorem bounds : 3 ∈ upperBounds {x : ℕ | x < 3} ∧ 2 ∈ upperBounds {x : ℕ | x < 3} ∧
    BddAbove {x : ℕ | x < 3} :=
  ⟨fun _ h => Nat.le_of_lt h, fun _ h => Nat.le_of_lt_succ h, ⟨3, fun _ h => Nat.le_of_lt h⟩⟩
theorem least_means_lower_bound (s : Set ℚ) (a : ℚ) :
    (IsLeast s a ↔ a ∈ s ∧ a ∈ lowerBounds s) ∧ (IsGreatest s a ↔ a ∈ s ∧ a ∈ upperBounds s) :=
  ⟨Iff.rfl, Iff.rfl⟩
theorem an_open_interval_has_no_least : ¬ ∃ a : ℚ, IsLeast {x : ℚ | 0 < x} a := by
  intro ⟨a, ha, h⟩
  have ha : 0 < a := ha
  have : a ≤ a / 2 := h (a / 2) (show 0 < a / 2 by grind)
  grind
