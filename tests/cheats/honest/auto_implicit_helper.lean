-- A lemma of the proof's own with auto-bound names.
--- statement
theorem t (xs : List Nat) : xs = xs
--- proof
theorem helper (xs : List β) : xs = xs := rfl
theorem t (xs : List Nat) : xs = xs := helper xs
