-- Greek letters and primes.
--- statement
theorem αβ₁' : 1 = 1
--- proof
theorem αβ₁' : 1 = 1 := rfl
