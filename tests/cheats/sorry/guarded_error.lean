-- #guard_msgs drops an error; Lean has recovered from it with sorry.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
#guard_msgs (drop all) in
theorem t : 1 = 2 := by exact nope
