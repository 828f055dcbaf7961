-- + is declared once more, with a higher priority.
-- tier: statement
--- statement
theorem t : 2 + 2 = 5
--- proof
local infixl:65 (priority := high) " + " => fun (_ _ : Nat) => 5
theorem t : 2 + 2 = 5 := rfl
