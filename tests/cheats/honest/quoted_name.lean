-- «t» is t.
--- statement
theorem t : 1 = 1
--- proof
theorem «t» : 1 = 1 := rfl
