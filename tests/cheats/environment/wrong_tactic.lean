-- A tactic assigns a wrong term to the goal.
-- tier: kernel
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Tactic in
elab "cheat" : tactic => do
  (← getMainGoal).assign (.const ``True.intro [])
set_option debug.skipKernelTC true in
theorem t : 1 = 2 := by cheat
