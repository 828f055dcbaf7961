-- Rests on the axiom that the compiler is right.
-- tier: axioms
--- statement
theorem t : 1 = 1
--- proof
theorem t : 1 = 1 := by
  have := Lean.trustCompiler
  exact (fun (_ : True) => rfl) this
