-- Unfolding a proof of accessibility that does not end.
-- tier: elaborates
--- statement
theorem t : 1 = 2
--- proof
def loop (n : Nat) (h : Acc (fun a b : Nat => b < a) n) : Nat :=
  Acc.rec (motive := fun _ _ => Nat) (fun _ _ ih => ih 0 (by decide)) h
theorem t : 1 = 2 := by decide
