import Proofloop.Order

/-!
# Elementary number theory on ℕ and ℤ

`Nat.gcd`, `Nat.lcm`, `Nat.Coprime`, `∣`, `/` and `%` are core Lean's, which Mathlib uses too.
-/

set_option autoImplicit false

namespace Nat

/-- `n ! = 1 * 2 * ... * n`. Mathlib: the same definition. -/
def factorial : ℕ → ℕ
  | 0 => 1
  | n + 1 => (n + 1) * factorial n

@[inherit_doc] scoped notation:10000 n "!" => Nat.factorial n

@[simp, grind =] theorem factorial_zero : 0 ! = 1 := rfl

@[grind =] theorem factorial_succ (n : ℕ) : (n + 1)! = (n + 1) * n ! := rfl

theorem factorial_pos (n : ℕ) : 0 < n ! := by
  induction n with
  | zero => decide
  | succ n ih => exact Nat.mul_pos (Nat.succ_pos n) ih

grind_pattern factorial_pos => factorial n

theorem dvd_factorial {m n : ℕ} (hm : 0 < m) (hmn : m ≤ n) : m ∣ n ! := by
  induction n with
  | zero => omega
  | succ n ih =>
    by_cases h : m = n + 1
    · exact ⟨n !, by rw [h, factorial_succ]⟩
    · exact Nat.dvd_trans (ih (by omega)) ⟨n + 1, by rw [factorial_succ, Nat.mul_comm]⟩

/-- `n‼ = n * (n - 2) * ...` down to 2 or 1. Mathlib: the same definition; its sign is the one
character `‼`, while `n !!` is not read, neither there nor here. -/
def doubleFactorial : ℕ → ℕ
  | 0 => 1
  | 1 => 1
  | n + 2 => (n + 2) * doubleFactorial n

@[inherit_doc] scoped notation:10000 n "‼" => Nat.doubleFactorial n

@[grind =] theorem doubleFactorial_add_two (n : ℕ) : (n + 2)‼ = (n + 2) * n‼ := rfl

/-- The Fibonacci numbers 0, 1, 1, 2, 3, 5, ... Mathlib: the same values. -/
def fib (n : ℕ) : ℕ := (pair n).1 where
  pair : ℕ → ℕ × ℕ
    | 0 => (0, 1)
    | n + 1 => ((pair n).2, (pair n).1 + (pair n).2)

theorem fib_add_two (n : ℕ) : fib (n + 2) = fib n + fib (n + 1) := rfl

/-- The number of `k`-element subsets of an `n`-element set. Mathlib: the same definition. -/
def choose : ℕ → ℕ → ℕ
  | _, 0 => 1
  | 0, _ + 1 => 0
  | n + 1, k + 1 => choose n k + choose n (k + 1)

@[simp, grind =] theorem choose_zero_right (n : ℕ) : choose n 0 = 1 := by cases n <;> rfl

@[simp, grind =] theorem choose_zero_succ (k : ℕ) : choose 0 (k + 1) = 0 := rfl

@[grind =] theorem choose_succ_succ (n k : ℕ) :
    choose (n + 1) (k + 1) = choose n k + choose n (k + 1) := rfl

theorem choose_eq_zero_of_lt {n k : ℕ} (h : n < k) : choose n k = 0 := by
  induction n generalizing k with
  | zero => cases k with
    | zero => omega
    | succ k => rfl
  | succ n ih => cases k with
    | zero => omega
    | succ k => rw [choose_succ_succ, ih (by omega), ih (by omega)]

@[simp, grind =] theorem choose_self (n : ℕ) : choose n n = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [choose_succ_succ, ih, choose_eq_zero_of_lt (by omega)]

/-- A prime number. Mathlib: `Irreducible p`; this is its characterization `Nat.prime_def`. -/
def Prime (p : ℕ) : Prop := 2 ≤ p ∧ ∀ m, m ∣ p → m = 1 ∨ m = p

/-- No `m` with `d ≤ m < d + fuel` and `m * m ≤ p` divides `p`. On literals the kernel evaluates
each step with its built-in arithmetic. -/
def noDivisorFrom (p : ℕ) : ℕ → ℕ → Bool
  | 0, _ => true
  | fuel + 1, d =>
    cond (Nat.blt p (d * d)) true (cond (Nat.beq (p % d) 0) false (noDivisorFrom p fuel (d + 1)))

theorem noDivisorFrom_iff (p fuel d : ℕ) : noDivisorFrom p fuel d = true ↔
    ∀ m, d ≤ m → m < d + fuel → m * m ≤ p → ¬ m ∣ p := by
  induction fuel generalizing d with
  | zero => exact ⟨fun _ m _ _ => by omega, fun _ => rfl⟩
  | succ fuel ih =>
    rw [noDivisorFrom]
    cases hlt : Nat.blt p (d * d) with
    | true =>
      have hlt : p < d * d := by simpa [Nat.blt_eq] using hlt
      refine ⟨fun _ m hm _ hmm => ?_, fun _ => rfl⟩
      have := Nat.mul_le_mul hm hm
      omega
    | false =>
      have hle : ¬ p < d * d := by simp [← Nat.blt_eq, hlt]
      cases hmod : Nat.beq (p % d) 0 with
      | true =>
        have hdvd : d ∣ p := Nat.dvd_of_mod_eq_zero (Nat.eq_of_beq_eq_true hmod)
        exact ⟨fun h => (nomatch h), fun h =>
          absurd hdvd (h d (Nat.le_refl d) (by omega) (by omega))⟩
      | false =>
        have hdvd : ¬ d ∣ p := fun h => by simp [Nat.mod_eq_zero_of_dvd h] at hmod
        simp only [cond_false, ih]
        refine ⟨fun h m hm hlt hmm => ?_, fun h m hm => h m (by omega) ∘ (by omega)⟩
        by_cases hmd : m = d
        · exact hmd ▸ hdvd
        · exact h m (by omega) (by omega) hmm

theorem prime_iff_noDivisor (p : ℕ) : (2 ≤ p ∧ noDivisorFrom p p 2 = true) ↔ Prime p := by
  rw [noDivisorFrom_iff]
  constructor
  · intro ⟨hp, h⟩
    refine ⟨hp, fun m ⟨k, hk⟩ => ?_⟩
    by_cases h1 : m = 1
    · exact .inl h1
    by_cases h2 : k = 1
    · exact .inr (by simp [hk, h2])
    exfalso
    have hm : 2 ≤ m := by
      rcases m with _ | _ | m <;> omega
    have hk' : 2 ≤ k := by
      rcases k with _ | _ | k <;> omega
    rcases Nat.le_total m k with hmk | hmk
    · have := Nat.mul_le_mul_left m hmk
      have := Nat.mul_le_mul_left m hk'
      exact h m hm (by omega) (by omega) ⟨k, hk⟩
    · have := Nat.mul_le_mul_right k hmk
      have := Nat.mul_le_mul_right k hm
      exact h k hk' (by omega) (by omega) ⟨m, by rw [hk, Nat.mul_comm]⟩
  · intro ⟨hp, h⟩
    refine ⟨hp, fun m hm hlt hmm hdvd => ?_⟩
    rcases h m hdvd with rfl | rfl
    · omega
    · have := Nat.mul_le_mul_left m hm
      omega

/-- Trial division up to the square root: `decide` proves primality of six-digit numbers. -/
instance decidablePrime (p : ℕ) : Decidable (Prime p) :=
  decidable_of_iff _ (prime_iff_noDivisor p)

@[grind →] theorem Prime.two_le {p : ℕ} (h : Prime p) : 2 ≤ p := h.1

theorem Prime.pos {p : ℕ} (h : Prime p) : 0 < p := by have := h.1; omega

theorem Prime.eq_one_or_self_of_dvd {p : ℕ} (h : Prime p) (m : ℕ) (hm : m ∣ p) :
    m = 1 ∨ m = p := h.2 m hm

theorem Prime.eq_two_or_odd {p : ℕ} (h : Prime p) : p = 2 ∨ p % 2 = 1 := by
  rcases Nat.mod_two_eq_zero_or_one p with h0 | h1
  · have := h.2 2 (Nat.dvd_of_mod_eq_zero h0)
    omega
  · exact .inr h1

theorem Prime.coprime_of_not_dvd {p n : ℕ} (h : Prime p) (hn : ¬ p ∣ n) : Nat.Coprime p n := by
  rcases h.2 (Nat.gcd p n) (Nat.gcd_dvd_left p n) with h1 | h1
  · exact h1
  · exact absurd (h1 ▸ Nat.gcd_dvd_right p n) hn

theorem Prime.dvd_mul {p : ℕ} (h : Prime p) {m n : ℕ} : p ∣ m * n ↔ p ∣ m ∨ p ∣ n := by
  refine ⟨fun hd => ?_, fun hd => ?_⟩
  · by_cases hm : p ∣ m
    · exact .inl hm
    · exact .inr ((h.coprime_of_not_dvd hm).dvd_of_dvd_mul_left hd)
  · rcases hd with hd | hd
    · exact Nat.dvd_trans hd (Nat.dvd_mul_right m n)
    · exact Nat.dvd_trans hd (Nat.dvd_mul_left n m)

theorem Prime.dvd_of_dvd_pow {p m n : ℕ} (h : Prime p) (hd : p ∣ m ^ n) : p ∣ m := by
  induction n with
  | zero => exact absurd (Nat.le_of_dvd Nat.one_pos hd) (by have := h.1; omega)
  | succ n ih =>
    rw [Nat.pow_succ] at hd
    exact (h.dvd_mul.mp hd).elim ih id

/-- `Nat.sqrt`'s steps: the root of a quarter, doubled, is right or one too small. -/
def sqrtFrom : ℕ → ℕ → ℕ
  | 0, _ => 0
  | fuel + 1, n =>
    if n = 0 then 0 else
      let r := 2 * sqrtFrom fuel (n / 4)
      if (r + 1) * (r + 1) ≤ n then r + 1 else r

/-- The greatest `r` with `r * r ≤ n`. Mathlib: the same values. -/
def sqrt (n : ℕ) : ℕ := sqrtFrom n n

theorem sqrtFrom_spec (fuel n : ℕ) (h : n ≤ fuel) : sqrtFrom fuel n * sqrtFrom fuel n ≤ n ∧
    n < (sqrtFrom fuel n + 1) * (sqrtFrom fuel n + 1) := by
  induction fuel generalizing n with
  | zero => simp [sqrtFrom]; omega
  | succ fuel ih =>
    by_cases hn : n = 0
    · simp [sqrtFrom, hn]
    · have ⟨low, high⟩ := ih (n / 4) (by omega)
      simp only [sqrtFrom, hn, if_false]
      generalize sqrtFrom fuel (n / 4) = s at *
      have : 2 * s * (2 * s) = 4 * (s * s) := by grind
      have : (2 * s + 1 + 1) * (2 * s + 1 + 1) = 4 * ((s + 1) * (s + 1)) := by grind
      split <;> omega

theorem sqrt_le (n : ℕ) : sqrt n * sqrt n ≤ n := (sqrtFrom_spec n n (Nat.le_refl n)).1

theorem lt_succ_sqrt (n : ℕ) : n < (sqrt n + 1) * (sqrt n + 1) :=
  (sqrtFrom_spec n n (Nat.le_refl n)).2

/-- `Nat.log`'s steps; `fuel ≥ n` of them are enough. -/
def logFrom (b : ℕ) : ℕ → ℕ → ℕ
  | 0, _ => 0
  | fuel + 1, n => if b ≤ n ∧ 1 < b then logFrom b fuel (n / b) + 1 else 0

/-- The greatest `k` with `b ^ k ≤ n`; 0 for the bases 0 and 1 and for `n = 0`. Mathlib: the same
values. -/
def log (b n : ℕ) : ℕ := logFrom b n n

theorem logFrom_eq {b : ℕ} (f g n : ℕ) (hf : n ≤ f) (hg : n ≤ g) :
    logFrom b f n = logFrom b g n := by
  induction f generalizing g n with
  | zero => cases g with
    | zero => rfl
    | succ g => rw [logFrom, logFrom, if_neg (by omega)]
  | succ f ih => cases g with
    | zero => rw [logFrom, logFrom, if_neg (by omega)]
    | succ g =>
      rw [logFrom, logFrom]
      split
      · have : n / b < n := Nat.div_lt_self (by omega) (by omega)
        rw [ih g (n / b) (by omega) (by omega)]
      · rfl

/-- Mathlib's defining equation of `Nat.log`. -/
theorem log_eq (b n : ℕ) : log b n = if b ≤ n ∧ 1 < b then log b (n / b) + 1 else 0 := by
  cases n with
  | zero => rw [log, logFrom, if_neg (by omega)]
  | succ n =>
    rw [log, logFrom]
    split
    · have : (n + 1) / b < n + 1 := Nat.div_lt_self (by omega) (by omega)
      rw [logFrom_eq n ((n + 1) / b) _ (by omega) (Nat.le_refl _)]
      rfl
    · rfl

/-- Congruence modulo `n`. Mathlib: the same definition. -/
def ModEq (n a b : ℕ) : Prop := a % n = b % n

@[inherit_doc] notation:50 a " ≡ " b " [MOD " n "]" => Nat.ModEq n a b

instance (n a b : ℕ) : Decidable (a ≡ b [MOD n]) := inferInstanceAs (Decidable (a % n = b % n))

@[simp, grind =] theorem modEq_iff_mod_eq (n a b : ℕ) : a ≡ b [MOD n] ↔ a % n = b % n := Iff.rfl

/-- The digits of `n` in base 0, as Mathlib has them: `n` itself, unless it is 0. -/
def digitsBaseZero : ℕ → List ℕ
  | 0 => []
  | n + 1 => [n + 1]

/-- The digits of `n` in base 1: `n` ones. -/
def digitsBaseOne : ℕ → List ℕ
  | 0 => []
  | n + 1 => 1 :: digitsBaseOne n

/-- The digits of `n` in a base `b ≥ 2`; `fuel ≥ n` steps are enough. -/
def digitsOfBase (b : ℕ) : ℕ → ℕ → List ℕ
  | 0, _ => []
  | fuel + 1, n => if n = 0 then [] else n % b :: digitsOfBase b fuel (n / b)

/-- The digits of `n` in base `b`, least significant first, no digit at all for 0. Mathlib: the
same function, with the same values in the bases 0 (`[n]`) and 1 (`n` ones); its definition by
well-founded recursion is one by fuel here, so that the kernel can evaluate it. -/
def digits : ℕ → ℕ → List ℕ
  | 0, n => digitsBaseZero n
  | 1, n => digitsBaseOne n
  | b + 2, n => digitsOfBase (b + 2) n n

/-- The number with the digits `ds` in base `b`, least significant first. Mathlib: the same, for
`b` in any semiring. -/
def ofDigits (b : ℕ) : List ℕ → ℕ
  | [] => 0
  | d :: ds => d + b * ofDigits b ds

theorem digitsOfBase_eq {b : ℕ} (hb : 2 ≤ b) (f g n : ℕ) (hf : n ≤ f) (hg : n ≤ g) :
    digitsOfBase b f n = digitsOfBase b g n := by
  induction f generalizing g n with
  | zero => cases g with
    | zero => rfl
    | succ g => simp [digitsOfBase, show n = 0 by omega]
  | succ f ih => cases g with
    | zero => simp [digitsOfBase, show n = 0 by omega]
    | succ g =>
      by_cases hn : n = 0
      · simp [digitsOfBase, hn]
      · have : n / b < n := Nat.div_lt_self (by omega) hb
        simp only [digitsOfBase, hn, if_false]
        rw [ih g (n / b) (by omega) (by omega)]

/-- Mathlib's defining equation of `Nat.digits`. -/
theorem digits_def' {b n : ℕ} (hb : 1 < b) (hn : 0 < n) :
    digits b n = n % b :: digits b (n / b) := by
  obtain ⟨b, rfl⟩ := Nat.exists_eq_add_of_le' hb
  obtain ⟨n, rfl⟩ := Nat.exists_eq_add_of_le' hn
  have : (n + 1) / (b + 2) ≤ n := Nat.le_of_lt_succ (Nat.div_lt_self n.succ_pos (by omega))
  show digitsOfBase (b + 2) (n + 1) (n + 1) = _
  simp only [digitsOfBase, Nat.succ_ne_zero, if_false]
  rw [digitsOfBase_eq (by omega) n _ _ this (Nat.le_refl _)]
  rfl

end Nat

/-- Congruence modulo `n`. Mathlib: the same definition. -/
def Int.ModEq (n a b : ℤ) : Prop := a % n = b % n

@[inherit_doc] notation:50 a " ≡ " b " [ZMOD " n "]" => Int.ModEq n a b

instance (n a b : ℤ) : Decidable (a ≡ b [ZMOD n]) := inferInstanceAs (Decidable (a % n = b % n))

@[simp, grind =] theorem Int.modEq_iff_emod_eq (n a b : ℤ) :
    a ≡ b [ZMOD n] ↔ a % n = b % n := Iff.rfl

/-- `a` is the double of something. Mathlib: the same definition. -/
def Even {α : Type _} [Add α] (a : α) : Prop := ∃ r, a = r + r

/-- `a` is one more than a double. Mathlib: the same definition, for semirings. -/
def Odd {α : Type _} [Add α] [Mul α] [OfNat α 2] [OfNat α 1] (a : α) : Prop := ∃ k, a = 2 * k + 1

@[grind =] theorem Nat.even_iff {n : ℕ} : Even n ↔ n % 2 = 0 :=
  ⟨fun ⟨r, h⟩ => by omega, fun h => ⟨n / 2, by omega⟩⟩

@[grind =] theorem Nat.odd_iff {n : ℕ} : Odd n ↔ n % 2 = 1 :=
  ⟨fun ⟨r, h⟩ => by omega, fun h => ⟨n / 2, by omega⟩⟩

@[grind =] theorem Int.even_iff {n : ℤ} : Even n ↔ n % 2 = 0 :=
  ⟨fun ⟨r, h⟩ => by omega, fun h => ⟨n / 2, by omega⟩⟩

@[grind =] theorem Int.odd_iff {n : ℤ} : Odd n ↔ n % 2 = 1 :=
  ⟨fun ⟨r, h⟩ => by omega, fun h => ⟨n / 2, by omega⟩⟩

instance (n : ℕ) : Decidable (Even n) := decidable_of_iff _ Nat.even_iff.symm
instance (n : ℕ) : Decidable (Odd n) := decidable_of_iff _ Nat.odd_iff.symm
instance (n : ℤ) : Decidable (Even n) := decidable_of_iff _ Int.even_iff.symm
instance (n : ℤ) : Decidable (Odd n) := decidable_of_iff _ Int.odd_iff.symm

/-- `a` is the square of something. Mathlib: the same definition. -/
def IsSquare {α : Type _} [Mul α] (a : α) : Prop := ∃ r, a = r * r

theorem Nat.isSquare_iff {n : ℕ} : IsSquare n ↔ Nat.sqrt n * Nat.sqrt n = n := by
  refine ⟨fun ⟨r, h⟩ => ?_, fun h => ⟨_, h.symm⟩⟩
  have low := Nat.sqrt_le n
  have high := Nat.lt_succ_sqrt n
  have : r = Nat.sqrt n := by
    apply Nat.le_antisymm
    · refine Nat.le_of_not_lt fun hlt => ?_
      have := Nat.mul_le_mul hlt hlt
      simp only [Nat.succ_eq_add_one] at this
      omega
    · refine Nat.le_of_not_lt fun hlt => ?_
      have := Nat.mul_le_mul hlt hlt
      have : (r + 1) * (r + 1) = r * r + 2 * r + 1 := by grind
      simp only [Nat.succ_eq_add_one] at *
      omega
  rw [h, this] at *
  rw [← this]

instance (n : ℕ) : Decidable (IsSquare n) := decidable_of_iff _ Nat.isSquare_iff.symm
