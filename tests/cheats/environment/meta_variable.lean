-- The value is a hole that was never filled.
-- tier: kernel
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Command in
set_option debug.skipKernelTC true in
run_cmd liftCoreM <| addDecl (.thmDecl {
  name := `t, levelParams := [], type := mkApp3 (.const ``Eq [1]) (.const ``Nat []) (mkNatLit 1) (mkNatLit 2), value := .mvar ⟨`h⟩ })
