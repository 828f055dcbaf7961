-- A field's type is another one.
-- tier: statement
-- standalone
--- header
structure P where
  x : Nat
  y : Nat
--- statement
theorem t (p : P) : p.x + p.y = p.y + p.x
--- proof
import Init
structure P where
  x : Int
  y : Int
theorem t (p : P) : p.x + p.y = p.y + p.x := by omega
