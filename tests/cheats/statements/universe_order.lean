-- Two universe levels in another order.
-- tier: statement
--- statement
theorem t.{u, v} {α : Type u} {β : Type v} (a : α) (b : β) : (a, b) = (a, b)
--- proof
theorem t.{v, u} {α : Type u} {β : Type v} (a : α) (b : β) : (a, b) = (a, b) := rfl
