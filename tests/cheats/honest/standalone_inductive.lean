-- The same with a type and a recursive function.
-- standalone
--- header
inductive T | leaf | node (l r : T)
def T.size : T → Nat
  | leaf => 1
  | node l r => l.size + r.size
--- statement
theorem t (x : T) : 0 < x.size
--- proof
import Init
inductive T | leaf | node (l r : T)
def T.size : T → Nat
  | leaf => 1
  | node l r => l.size + r.size
theorem t (x : T) : 0 < x.size := by
  induction x <;> simp [T.size] <;> omega
