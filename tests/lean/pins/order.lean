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
