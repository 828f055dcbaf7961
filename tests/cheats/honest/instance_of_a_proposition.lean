-- An instance whose type is a proposition is a theorem.
--- statement
theorem t : Nonempty Nat
--- proof
instance t : Nonempty Nat := ⟨0⟩
