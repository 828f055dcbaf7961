-- By grind.
--- statement
theorem t (a b : Int) : (a+b)^2 = a^2 + 2*a*b + b^2
--- proof
theorem t (a b : Int) : (a+b)^2 = a^2 + 2*a*b + b^2 := by grind
