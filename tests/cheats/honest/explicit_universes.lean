-- Levels in braces after the name.
--- statement
theorem t.{u} {α : Sort u} (a : α) : a = a
--- proof
theorem t.{u} {α : Sort u} (a : α) : a = a := rfl
