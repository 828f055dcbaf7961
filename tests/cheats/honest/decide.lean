-- By evaluation in the kernel.
--- statement
theorem t : ∀ k < 20, k * k < 400
--- proof
theorem t : ∀ k < 20, k * k < 400 := by decide
