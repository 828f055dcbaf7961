-- An abbreviation of that name.
-- tier: statement
--- statement
theorem t : Nonempty Nat
--- proof
abbrev t : Nonempty Nat := ⟨0⟩
