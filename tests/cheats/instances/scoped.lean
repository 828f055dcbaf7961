-- A scoped instance that is opened before the theorem.
-- tier: statement
--- statement
theorem t (a b : Nat) : a * b = 0
--- proof
namespace Evil
scoped instance : Mul Nat := ⟨fun _ _ => 0⟩
end Evil
open Evil
theorem t (a b : Nat) : a * b = 0 := rfl
