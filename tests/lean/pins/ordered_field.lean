theorem nonnegative (x : ℝ) (h : 0 ≤ x) : |x| = x := OrderedField.abs_of_nonneg h
theorem negative (x : ℝ) (h : x < 0) : |x| = -x := OrderedField.abs_of_neg h
theorem ball (x : ℝ) (h : |x - 1| < 2) : -1 < x ∧ x < 3 := by grind
theorem decimal : (2.5 : ℝ) = 5 / 2 := by
  show (25 : ℕ) / (10 : ℝ) ^ 1 = 5 / 2
  grind
theorem larger (x : ℝ) : max x (x + 1) = x + 1 := by
  simp only [max]
  split <;> grind
theorem naturals_embed (m n : ℕ) (h : (m : ℝ) + 1 = n) : m + 1 = n := by exact_mod_cast h
theorem natural_order_is_kept (m n : ℕ) : (m : ℝ) ≤ n ↔ m ≤ n := by norm_cast
theorem naturals_are_not_negative (n : ℕ) : (-1 : ℝ) < n := by grind
theorem casts_of_other_types_are_their_own (n : ℕ) : ((n : ℤ) : ℚ) = (n : ℚ) := by norm_cast
theorem division (x : ℝ) (h : x ≠ 0) : x / x = 1 := by grind
theorem square (x : ℝ) : 0 ≤ x ^ 2 := sq_nonneg x
