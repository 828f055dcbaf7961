-- Everything is at most everything.
-- tier: statement
--- statement
theorem t : 5 ≤ 3
--- proof
instance : LE Nat := ⟨fun _ _ => True⟩
theorem t : 5 ≤ 3 := trivial
