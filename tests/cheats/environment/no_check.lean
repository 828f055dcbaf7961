-- The kernel is asked not to check.
-- tier: kernel
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Command in
run_cmd do
  let declaration := Declaration.thmDecl {
    name := `t, levelParams := [], type := mkApp3 (.const ``Eq [1]) (.const ``Nat []) (mkNatLit 1) (mkNatLit 2),
    value := .const ``True.intro [] }
  match (← getEnv).addDeclCore 0 declaration none (doCheck := false) with
  | .ok env => setEnv env
  | .error _ => throwError "refused"
