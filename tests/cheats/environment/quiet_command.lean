-- A command that throws its messages away.
-- tier: complete
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Command in
elab "quiet " c:command : command => do
  elabCommand c
  modify fun s => { s with messages := {} }
quiet theorem t : 1 = 2 := by exact nope
