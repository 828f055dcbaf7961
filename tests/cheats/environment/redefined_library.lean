-- A library definition is added once more, with another value.
-- tier: kernel
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Command in
run_cmd do
  let declaration := Declaration.thmDecl {
    name := ``Nat.lt_irrefl, levelParams := [], type := .const ``False [],
    value := .const ``True.intro [] }
  match (← getEnv).addDeclCore 0 declaration none (doCheck := false) with
  | .ok env => setEnv env
  | .error _ => pure ()
open Lean Elab Command in
set_option debug.skipKernelTC true in
run_cmd liftCoreM <| addDecl (.thmDecl {
  name := `t, levelParams := [], type := mkApp3 (.const ``Eq [1]) (.const ``Nat []) (mkNatLit 1) (mkNatLit 2), value := mkApp2 (.const ``False.elim [0]) (mkApp3 (.const ``Eq [1]) (.const ``Nat []) (mkNatLit 1) (mkNatLit 2)) (.const ``Nat.lt_irrefl []) })
