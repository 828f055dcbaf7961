-- A match in the statement.
--- statement
theorem t (p : Nat × Nat) : (match p with | (a, b) => a + b) = p.1 + p.2
--- proof
theorem t (p : Nat × Nat) : (match p with | (a, b) => a + b) = p.1 + p.2 := by cases p; rfl
