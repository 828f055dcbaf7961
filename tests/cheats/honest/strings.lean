-- String literals with escapes.
--- statement
theorem t : "a\n\"é".length = 4
--- proof
theorem t : "a\n\"é".length = 4 := by decide
