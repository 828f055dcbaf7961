-- The macro of = is replaced.
-- tier: statement
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean in
@[macro «term_=_»] def expandOther : Macro := fun _ => `(True)
theorem t : 1 = 2 := trivial
