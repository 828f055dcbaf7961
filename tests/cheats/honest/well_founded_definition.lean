-- A definition by well-founded recursion.
--- statement
theorem t : ∃ f : Nat → Nat, f 1 = 0
--- proof
def log (n : Nat) : Nat := if n ≤ 1 then 0 else 1 + log (n / 2)
theorem t : ∃ f : Nat → Nat, f 1 = 0 := ⟨log, by unfold log; simp⟩
