-- A name that needs quoting.
--- statement
theorem «odd. name» : 1 = 1
--- proof
theorem «odd. name» : 1 = 1 := rfl
