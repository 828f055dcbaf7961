import Proofloop

theorem abs_of_negative : |(-3 : ℤ)| = 3 := by decide
theorem abs_of_positive : |(3 : ℤ)| = 3 := by decide
theorem abs_of_zero : |(0 : ℤ)| = 0 := by decide
theorem abs_of_fraction : |(-1 / 2 : ℚ)| = 1 / 2 := by grind
theorem abs_is_the_word_too (x : ℤ) : abs x = |x| := rfl
theorem abs_is_max (x : ℤ) : |x| = max x (-x) := rfl
theorem abs_of_a_sum (x y : ℤ) (hx : |x| ≤ 1) (hy : |y| ≤ 1) : |x + y| ≤ 2 := by grind
theorem squares_are_not_negative (x y : ℚ) : 0 ≤ (x - y) ^ 2 := sq_nonneg (x - y)
theorem product_of_positives (x y : ℤ) (hx : 0 < x) (hy : 0 < y) : 0 < x * y := mul_pos hx hy
theorem no_zero_divisors (x y : ℚ) : x * y = 0 ↔ x = 0 ∨ y = 0 := mul_eq_zero
theorem abs_of_a_difference (a b : ℤ) : |a - b| = |b - a| := by grind
theorem abs_inside_a_sum (a b : ℤ) : |a| + |b| = abs a + abs b := rfl
theorem monotone_means : Monotone (fun n : ℕ => n * n) := fun _ _ h => Nat.mul_le_mul h h
theorem constants_are_not_strict : Monotone (fun _ : ℕ => 0) ∧ ¬ StrictMono fun _ : ℕ => 0 :=
  ⟨fun _ _ _ => Nat.le_refl 0, fun h => absurd (h (a := 0) (b := 1) (by decide)) (by decide)⟩
theorem falling : StrictAnti fun x : ℤ => -x := fun _ _ h => Int.neg_lt_neg h
theorem falling_weakly : Antitone fun x : ℤ => -x := fun _ _ h => Int.neg_le_neg h
theorem floor_goes_down : ⌊(-1 / 2 : ℚ)⌋ = -1 ∧ ⌊(7 / 2 : ℚ)⌋ = 3 ∧ ⌊(4 : ℚ)⌋ = 4 := by
  refine ⟨?_, ?_, ?_⟩ <;> rw [Int.floor_eq_iff] <;> grind
theorem ceil_goes_up : ⌈(-1 / 2 : ℚ)⌉ = 0 ∧ ⌈(7 / 2 : ℚ)⌉ = 4 ∧ ⌈(4 : ℚ)⌉ = 4 := by
  refine ⟨?_, ?_, ?_⟩ <;> rw [Int.ceil_eq_iff] <;> grind
theorem what_is_left_is_not_negative (x : ℚ) : 0 ≤ Int.fract x ∧ Int.fract x < 1 := by
  have := (Int.floor_eq_iff (a := x)).mp rfl
  show 0 ≤ x - ⌊x⌋ ∧ x - ⌊x⌋ < 1
  grind
