-- The name of the axiom is put together at elaboration.
-- tier: complete
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Term in
elab "magic" t:term : term => do
  return mkApp2 (mkConst (.str .anonymous ("sor" ++ "ryAx")) [0]) (← elabType t) (mkConst ``true)
theorem t : 1 = 2 := magic (1 = 2)
