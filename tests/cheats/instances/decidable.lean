-- `if` decides by another procedure.
-- tier: statement
--- statement
theorem t (n : Nat) : (if n = 0 then 1 else 1) = 1
--- proof
noncomputable local instance (priority := high) dec (p : Prop) : Decidable p := Classical.propDecidable p
theorem t (n : Nat) : (if n = 0 then 1 else 1) = 1 := by split <;> rfl
