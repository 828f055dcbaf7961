-- #guard_msgs drops the warning.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
#guard_msgs (drop all) in
theorem t : 1 = 2 := by admit
