-- The elaborator of declarations is replaced.
-- tier: statement
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean Elab Command in
@[command_elab Lean.Parser.Command.declaration]
def elabOther : CommandElab := fun _ => do
  liftCoreM <| addDecl (.thmDecl {
    name := `t, levelParams := [], type := .const ``True [], value := .const ``True.intro [] })
theorem t : 1 = 2 := anything
