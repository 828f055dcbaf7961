-- The axiom behind native_decide, called by its name and past the kernel.
-- tier: axioms
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
def lie : Bool := false
open Lean Elab Command in
set_option debug.skipKernelTC true in
run_cmd liftCoreM <| addDecl (.thmDecl {
  name := `t, levelParams := [], type := mkApp3 (.const ``Eq [1]) (.const ``Nat []) (mkNatLit 1) (mkNatLit 2), value := mkApp3 (.const ``Lean.ofReduceBool []) (.const `lie []) (.const ``true []) (mkApp2 (.const ``rfl [1]) (.const ``Bool []) (.const ``true [])) })
