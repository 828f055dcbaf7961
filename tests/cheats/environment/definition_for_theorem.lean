-- A definition of that name, made by a metaprogram.
-- tier: statement
--- header
import Lean
--- statement
theorem t : 1 = 1
--- proof
open Lean Elab Command in
set_option debug.skipKernelTC true in
run_cmd liftCoreM <| addDecl (.defnDecl {
  name := `t, levelParams := [], type := mkApp3 (.const ``Eq [1]) (.const ``Nat []) (mkNatLit 1) (mkNatLit 1), value := mkApp2 (.const ``rfl [1]) (.const ``Nat []) (mkNatLit 1), hints := .abbrev, safety := .safe })
