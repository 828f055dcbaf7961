-- A class with instances.
--- statement
theorem t : ∃ p : Nat × Nat, p.1 = 3
--- proof
class Pointed (α : Type) where
  point : α
instance : Pointed Nat := ⟨3⟩
instance {α β : Type} [Pointed α] [Pointed β] : Pointed (α × β) := ⟨(Pointed.point, Pointed.point)⟩
theorem t : ∃ p : Nat × Nat, p.1 = 3 := ⟨Pointed.point, rfl⟩
