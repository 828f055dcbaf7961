-- An elaborator makes a silent sorry.
-- tier: complete
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Term Meta in
elab "magic" : term => do
  mkLabeledSorry (mkApp3 (.const ``Eq [1]) (.const ``Nat []) (mkNatLit 1) (mkNatLit 2)) true true
theorem t : 1 = 2 := magic
