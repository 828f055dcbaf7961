-- The header's definitions, notation and instance.
--- header
def double (n : Nat) : Nat := n + n
notation "dbl " n => double n
--- statement
theorem t : (dbl 2) = 4
--- proof
theorem t : (dbl 2) = 4 := rfl
