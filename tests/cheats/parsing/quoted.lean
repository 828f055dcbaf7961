-- The theorem is only quoted.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
macro "never" : command => `(command| theorem t : 1 = 2 := rfl)
theorem u : 1 = 1 := rfl
