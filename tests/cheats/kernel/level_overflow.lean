-- A universe level of hundreds of steps that does not fit its sort.
-- tier: kernel
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Command in
set_option debug.skipKernelTC true in
run_cmd liftCoreM <| addDecl (.thmDecl {
  name := `t, levelParams := [], type := mkApp3 (.const ``Eq [1]) (.const ``Nat []) (mkNatLit 1) (mkNatLit 2), value := (Nat.repeat (fun l => Level.succ l) 500 .zero |> Expr.sort) })
