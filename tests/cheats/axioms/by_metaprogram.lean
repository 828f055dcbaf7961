-- A metaprogram adds it.
-- tier: axioms
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Command in
run_cmd liftCoreM <| addDecl (.axiomDecl {
  name := `wish, levelParams := [], type := .const ``False [], isUnsafe := false })
theorem t : 1 = 2 := wish.elim
