-- An error that calls itself information.
-- tier: elaborates
--- header
import Lean
--- statement
theorem t : 1 = 1
--- proof
open Lean Elab Command in
run_cmd logError "accepted"
theorem t : 1 = 1 := rfl
