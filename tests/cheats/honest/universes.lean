-- Universe polymorphic, with declared levels.
--- header
universe u v
--- statement
theorem t {α : Type u} {β : Type v} (f : α → β) (a b : α) (h : a = b) : f a = f b
--- proof
theorem t {α : Type u} {β : Type v} (f : α → β) (a b : α) (h : a = b) : f a = f b := h ▸ rfl
