import Proofloop

theorem factorial_of_zero : Nat.factorial 0 = 1 := rfl
theorem factorial_of_five : Nat.factorial 5 = 120 := rfl
section
open Nat
theorem factorial_sign : 20! = 2432902008176640000 := by decide
theorem factorial_binds_tightest : 2 * 3 ! = 12 ∧ (3 !)! = 720 := by decide
end

theorem choose_edges : Nat.choose 0 0 = 1 ∧ Nat.choose 0 1 = 0 ∧ Nat.choose 5 0 = 1 ∧
    Nat.choose 5 5 = 1 ∧ Nat.choose 5 6 = 0 := by decide
theorem choose_inside : Nat.choose 10 3 = 120 := by decide

theorem zero_is_not_prime : ¬ Nat.Prime 0 := by decide
theorem one_is_not_prime : ¬ Nat.Prime 1 := by decide
theorem two_is_prime : Nat.Prime 2 := by decide
theorem nine_is_not_prime : ¬ Nat.Prime 9 := by decide
theorem three_digits_are_decided : Nat.Prime 997 ∧ ¬ Nat.Prime 961 := by decide
theorem seven_digits_in_the_kernel : Nat.Prime 1000003 := by decide +kernel
theorem primes_below_thirty :
    Finset.filter Nat.Prime (Finset.range 30) = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29} := by decide
theorem prime_is_irreducible (p a b : ℕ) (hp : p.Prime) (h : p = a * b) : a = 1 ∨ b = 1 := by
  rcases hp.eq_one_or_self_of_dvd a ⟨b, h⟩ with ha | ha
  · exact .inl ha
  · refine .inr (Nat.eq_of_mul_eq_mul_left hp.pos ?_)
    rw [ha] at h
    rw [Nat.mul_one]
    exact h.symm
theorem euclid (p a b : ℕ) (hp : p.Prime) (h : p ∣ a * b) : p ∣ a ∨ p ∣ b := hp.dvd_mul.mp h

theorem congruent : 17 ≡ 5 [MOD 12] ∧ ¬ 17 ≡ 6 [MOD 12] := by decide
theorem congruent_modulo_zero (a b : ℕ) (h : a ≡ b [MOD 0]) : a = b := by
  simpa using h
theorem congruent_integers : -1 ≡ 4 [ZMOD 5] ∧ ¬ -1 ≡ 1 [ZMOD 5] := by decide
theorem congruent_means_divides (a b n : ℤ) : a ≡ b [ZMOD n] ↔ n ∣ a - b :=
  Int.emod_eq_emod_iff_emod_sub_eq_zero.trans (Int.dvd_iff_emod_eq_zero).symm

theorem digits_come_least_first : Nat.digits 10 123 = [3, 2, 1] := by decide
theorem zero_has_no_digits : Nat.digits 10 0 = [] := by decide
theorem digits_in_base_two : Nat.digits 2 10 = [0, 1, 0, 1] := by decide
theorem digits_in_base_one : Nat.digits 1 3 = [1, 1, 1] := by decide
theorem digits_in_base_zero : Nat.digits 0 3 = [3] ∧ Nat.digits 0 0 = [] := by decide
theorem number_of_digits : Nat.ofDigits 10 [3, 2, 1] = 123 := by decide

theorem even_and_odd : Even 4 ∧ ¬ Even 5 ∧ Odd 5 ∧ ¬ Odd 4 ∧ Even 0 := by decide
theorem even_and_odd_below_zero : Even (-4 : ℤ) ∧ Odd (-3 : ℤ) ∧ ¬ Odd (-4 : ℤ) := by decide
theorem even_means_halves (n : ℤ) : Even n ↔ ∃ k, n = k + k := Iff.rfl
theorem every_rational_is_even (x : ℚ) : Even x := ⟨x / 2, by grind⟩

theorem double_factorials : Nat.doubleFactorial 0 = 1 ∧ Nat.doubleFactorial 7 = 105 ∧
    Nat.doubleFactorial 8 = 384 := by decide
section
open Nat
theorem double_factorial_sign : 5‼ = 15 ∧ (3 !)! = 720 := by decide
theorem totient_sign : φ 12 = 4 := by decide
end
theorem totients : Nat.totient 0 = 0 ∧ Nat.totient 1 = 1 ∧ Nat.totient 7 = 6 := by decide
theorem fibonacci : Nat.fib 0 = 0 ∧ Nat.fib 1 = 1 ∧ Nat.fib 2 = 1 ∧ Nat.fib 10 = 55 := by decide
theorem roots : Nat.sqrt 0 = 0 ∧ Nat.sqrt 15 = 3 ∧ Nat.sqrt 16 = 4 ∧ Nat.sqrt 1000000 = 1000 := by
  decide
theorem root_is_the_greatest (n r : ℕ) (h : r * r ≤ n) : r ≤ Nat.sqrt n := by
  refine Nat.le_of_not_lt fun hlt => ?_
  have := Nat.lt_succ_sqrt n
  have := Nat.mul_le_mul hlt hlt
  simp only [Nat.succ_eq_add_one] at this
  omega
theorem logarithms : Nat.log 2 8 = 3 ∧ Nat.log 2 7 = 2 ∧ Nat.log 10 1 = 0 ∧ Nat.log 10 0 = 0 := by
  decide
theorem logarithms_of_odd_bases : Nat.log 1 5 = 0 ∧ Nat.log 0 5 = 0 := by decide
theorem squares : IsSquare 49 ∧ ¬ IsSquare 48 ∧ IsSquare 0 := by decide
theorem negative_numbers_are_no_squares : ¬ IsSquare (-4 : ℤ) := by
  intro ⟨r, h⟩
  have := mul_self_nonneg r
  omega
theorem prime_factors : Nat.primeFactors 60 = {2, 3, 5} ∧ Nat.primeFactors 1 = ∅ ∧
    Nat.primeFactors 0 = ∅ := by decide
theorem core_conventions : Nat.gcd 0 5 = 5 ∧ Nat.gcd 0 0 = 0 ∧ Nat.lcm 0 5 = 0 ∧ (0 : ℕ) ∣ 0 ∧
    ¬ (0 : ℕ) ∣ 3 ∧ Int.gcd (-4) 6 = 2 ∧ (5 : ℕ) / 0 = 0 ∧ (5 : ℕ) % 0 = 5 ∧ (3 : ℕ) - 5 = 0 ∧
    (-7 : ℤ) / 2 = -4 ∧ (-7 : ℤ) % 2 = 1 ∧ (7 : ℤ) / -2 = -3 := by decide
theorem rational_division_by_zero (x : ℚ) : x / 0 = 0 := by grind
