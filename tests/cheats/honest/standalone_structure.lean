-- The same with a structure and an instance.
-- standalone
--- header
structure P where
  x : Nat
  y : Nat := 0
instance : Add P := ⟨fun a b => ⟨a.x + b.x, a.y + b.y⟩⟩
--- statement
theorem t (p q : P) : p + q = ⟨p.x + q.x, p.y + q.y⟩
--- proof
import Init
structure P where
  x : Nat
  y : Nat := 0
instance : Add P := ⟨fun a b => ⟨a.x + b.x, a.y + b.y⟩⟩
theorem t (p q : P) : p + q = ⟨p.x + q.x, p.y + q.y⟩ := rfl
