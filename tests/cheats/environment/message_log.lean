-- The log of messages is wiped by a tactic.
-- tier: complete
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Tactic in
elab "cheat" : tactic => do
  admitGoal (← getMainGoal)
  Core.resetMessageLog
theorem t : 1 = 2 := by cheat
