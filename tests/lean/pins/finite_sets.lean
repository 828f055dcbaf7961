import Proofloop

theorem range_starts_at_zero : Finset.range 4 = {0, 1, 2, 3} := by decide
theorem closed_interval : Finset.Icc 2 5 = {2, 3, 4, 5} := by decide
theorem interval_open_above : Finset.Ico 2 5 = {2, 3, 4} := by decide
theorem interval_open_below : Finset.Ioc 2 5 = {3, 4, 5} := by decide
theorem open_interval : Finset.Ioo 2 5 = {3, 4} := by decide
theorem empty_intervals : Finset.Icc 3 2 = ∅ ∧ Finset.Ico 2 2 = ∅ ∧ Finset.Ioc 2 2 = ∅ ∧
    Finset.Ioo 2 3 = ∅ ∧ Finset.Icc 2 2 = {2} := by decide
theorem intervals_of_integers : Finset.Icc (-2 : ℤ) 1 = {-2, -1, 0, 1} ∧
    Finset.Ioo (-2 : ℤ) 1 = {-1, 0} ∧ Finset.Icc (1 : ℤ) (-1) = ∅ := by decide

theorem order_and_repetition_do_not_count : ({1, 2, 3} : Finset ℕ) = {3, 1, 2, 1} := by decide
theorem what_differs_is_different : ({1, 2} : Finset ℕ) ≠ {1, 3} ∧ ({1} : Finset ℕ) ≠ ∅ := by decide
theorem elements_make_the_set (S : Finset ℤ) (h : ∀ n, n ∈ S ↔ n = 2 ∨ n = 3) : S.card = 2 := by
  have : S = {2, 3} := by ext; simp [h]
  simp [this]
theorem union_and_others : ({1, 2} ∪ {2, 3} : Finset ℕ) = {1, 2, 3} ∧
    ({1, 2} ∩ {2, 3} : Finset ℕ) = {2} ∧ ({1, 2} \ {2, 3} : Finset ℕ) = {1} ∧
    ({1, 2, 3} : Finset ℕ).erase 2 = {1, 3} ∧ ({1, 2} : Finset ℕ).erase 5 = {1, 2} := by decide
theorem empty_set : (∅ : Finset ℕ).card = 0 ∧ ¬ (∅ : Finset ℕ).Nonempty ∧ (∅ : Finset ℕ) ⊆ {1} := by
  simp [Finset.Nonempty, Finset.subset_iff]
theorem parts : ({1, 2} : Finset ℕ) ⊆ {2, 1, 3} ∧ ¬ ({1, 4} : Finset ℕ) ⊆ {2, 1, 3} := by decide
theorem images_count_once : Finset.image (fun x => x % 3) (Finset.range 10) = {0, 1, 2} := by decide
theorem lists_to_sets : [1, 2, 1].toFinset = {1, 2} ∧ [2, 1, 2].dedup = [1, 2] := by decide
theorem finite_types : Fintype.card (Fin 5) = 5 ∧ (Finset.univ : Finset Bool) = {true, false} := by
  decide

theorem counting : Finset.card (Finset.Icc 10 20) = 11 ∧ (Finset.range 7).card = 7 := by decide
theorem counting_a_filter : Finset.card (Finset.filter (fun x => x % 19 = 7) (Finset.Icc 100 999)) = 48 := by
  decide +kernel
theorem divisors_of_twelve : Nat.divisors 12 = {1, 2, 3, 4, 6, 12} := by decide
theorem proper_divisors_of_twelve : Nat.properDivisors 12 = {1, 2, 3, 4, 6} := by decide
theorem zero_has_no_divisors : Nat.divisors 0 = ∅ ∧ Nat.properDivisors 0 = ∅ := by decide

theorem sum_over_a_range : ∑ k ∈ Finset.range 101, k = 5050 := by decide +kernel
theorem sum_with_the_older_sign : ∑ k in Finset.Icc 1 4, k ^ 2 = 30 := by decide
theorem sum_of_integers : ∑ k : ℤ in Finset.Icc (-3) 4, k = 4 := by decide
theorem product_over_an_interval : ∏ k ∈ Finset.Icc 1 5, k = 120 := by decide
theorem sum_over_a_part : ∑ k ∈ Finset.range 10 with k % 2 = 1, k = 25 := by decide
theorem sum_over_a_type : ∑ i : Fin 4, (i : ℕ) = 6 ∧ ∏ i : Fin 4, ((i : ℕ) + 1) = 24 := by decide
theorem sum_of_a_repeated_value : ∑ k ∈ ({1, 1, 2} : Finset ℕ), k = 3 := by decide
theorem empty_sum_and_product : ∑ k ∈ Finset.range 0, k = 0 ∧ ∏ k ∈ Finset.range 0, k = 1 := by decide
theorem the_body_ends_before_plus (s : Finset ℕ) (f : ℕ → ℕ) :
    ∑ i ∈ s, f i + 1 = (∑ i ∈ s, f i) + 1 := rfl
theorem the_body_has_the_product (s : Finset ℕ) (f : ℕ → ℕ) :
    ∑ i ∈ s, f i * 2 = ∑ i ∈ s, (f i * 2) := rfl
theorem the_product_sign_binds_alike (s : Finset ℕ) (f : ℕ → ℕ) :
    ∏ i ∈ s, f i + 1 = (∏ i ∈ s, f i) + 1 ∧ ∏ i ∈ s, f i ^ 2 = ∏ i ∈ s, (f i ^ 2) := ⟨rfl, rfl⟩
theorem sum_sign_binds_between_times_and_plus :
    ∑ k ∈ Finset.range 3, k * 2 + 1 = 7 ∧ 2 * ∑ k ∈ Finset.range 3, k = 6 := by decide
theorem sum_in_a_sum : ∑ i ∈ Finset.range 3, ∑ j ∈ Finset.range (i + 1), i * j = 7 := by decide
theorem gauss (n : ℕ) : 2 * ∑ k ∈ Finset.range (n + 1), k = n * (n + 1) := by
  induction n with
  | zero => rfl
  | succ n ih => grind
theorem sum_from_one (n : ℕ) (f : ℕ → ℚ) :
    ∑ k ∈ Finset.Icc 1 (n + 1), f k = ∑ k ∈ Finset.Icc 1 n, f k + f (n + 1) :=
  Finset.sum_Icc_succ_top (by omega) f
