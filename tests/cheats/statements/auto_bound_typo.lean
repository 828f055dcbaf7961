-- A misspelt type becomes a variable of its own.
-- tier: statement
--- statement
theorem t (xs : List Nat) : xs.length = xs.length
--- proof
set_option autoImplicit true in
theorem t (xs : List Nta) : xs.length = xs.length := rfl
