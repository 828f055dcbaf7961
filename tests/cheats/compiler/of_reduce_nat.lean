-- The same for numbers.
-- tier: axioms
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
def one : Nat := 1
open Lean Elab Command in
set_option debug.skipKernelTC true in
run_cmd liftCoreM <| addDecl (.thmDecl {
  name := `t, levelParams := [], type := mkApp3 (.const ``Eq [1]) (.const ``Nat []) (mkNatLit 1) (mkNatLit 2), value := mkApp3 (.const ``Lean.ofReduceNat []) (.const `one []) (mkNatLit 2) (mkApp2 (.const ``rfl [1]) (.const ``Nat []) (mkNatLit 2)) })
