-- Type where Sort was asked.
-- tier: statement
--- statement
theorem t.{u} {α : Sort u} (a : α) : a = a
--- proof
theorem t.{u} {α : Type u} (a : α) : a = a := rfl
