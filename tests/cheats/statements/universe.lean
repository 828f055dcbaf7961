-- Only for one universe.
-- tier: statement
--- statement
theorem t.{u} {α : Type u} (a : α) : a = a
--- proof
theorem t {α : Type} (a : α) : a = a := rfl
