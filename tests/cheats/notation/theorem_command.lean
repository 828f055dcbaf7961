-- The command theorem is made to prove something else.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
macro "theorem" n:ident " : " a:term " := " b:term : command =>
  `(command| def $n : $a ∨ True := .inr trivial)
theorem t : 1 = 2 := rfl
