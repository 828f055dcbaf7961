-- An instance argument made explicit.
-- tier: statement
--- statement
theorem t {α : Type} [Add α] (a : α) : a + a = a + a
--- proof
theorem t {α : Type} (_ : Add α) (a : α) : a + a = a + a := rfl
