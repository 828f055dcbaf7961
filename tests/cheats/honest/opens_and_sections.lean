-- Sections, opens and ends.
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
section A
open Nat in
theorem helper (a b : Nat) : a + b = b + a := by rw [Nat.add_comm]
end A
theorem t (a b : Nat) : a + b = b + a := helper a b
