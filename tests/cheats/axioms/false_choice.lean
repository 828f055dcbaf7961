-- A second principle of choice, too strong.
-- tier: axioms
--- statement
theorem t : 1 = 2
--- proof
axiom choose (α : Sort u) : α
theorem t : 1 = 2 := choose _
