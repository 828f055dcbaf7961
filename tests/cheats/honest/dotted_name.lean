-- The name is written in full.
--- statement
theorem A.t : 1 = 1
--- proof
theorem A.t : 1 = 1 := rfl
