-- A lemma with the same match: Lean reuses its helper.
--- statement
theorem t (n : Nat) : (match n with | 0 => 1 | _ + 1 => 2) ≠ 0
--- proof
theorem helper (n : Nat) : (match n with | 0 => 1 | _ + 1 => 2) ≠ 0 := by cases n <;> simp
theorem t (n : Nat) : (match n with | 0 => 1 | _ + 1 => 2) ≠ 0 := helper n
