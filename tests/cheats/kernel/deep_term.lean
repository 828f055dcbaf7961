-- A proof term of thousands of layers that proves something else.
-- tier: kernel
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Command in
set_option debug.skipKernelTC true in
run_cmd liftCoreM do
  let mut value := Expr.const ``True.intro []
  for _ in [0:5000] do
    value := mkApp2 (.const ``id [0]) (.const ``True []) value
  addDecl (.thmDecl { name := `t, levelParams := [], type := mkApp3 (.const ``Eq [1]) (.const ``Nat []) (mkNatLit 1) (mkNatLit 2), value })
