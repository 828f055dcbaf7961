-- Definitions of its own, recursive ones too.
--- statement
theorem t (n : Nat) : ∃ m, m = 2 * n
--- proof
def double : Nat → Nat
  | 0 => 0
  | n + 1 => double n + 2
theorem double_eq (n : Nat) : double n = 2 * n := by
  induction n with
  | zero => rfl
  | succ n ih => simp [double, ih]; omega
theorem t (n : Nat) : ∃ m, m = 2 * n := ⟨double n, double_eq n⟩
