-- Type as a member of itself.
-- tier: kernel
--- header
import Lean
--- statement
theorem t : 1 = 1
--- proof
open Lean Elab Command in
set_option debug.skipKernelTC true in
run_cmd liftCoreM <| addDecl (.defnDecl {
  name := `U, levelParams := [], type := .sort 1, value := .sort 1, hints := .abbrev,
  safety := .safe })
theorem t : 1 = 1 := rfl
