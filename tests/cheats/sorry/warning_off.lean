-- The warning is switched off.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
set_option warn.sorry false
theorem t : 1 = 2 := by admit
