-- The same behind more declarations than a report lists.
-- tier: axioms
--- header
import Lean
--- statement
theorem t : 1 = 2
--- proof
open Lean in
macro "many" : command => do
  let commands ← (Array.range 2005).mapM fun i =>
    `(command| theorem $(mkIdent (.mkSimple s!"a{i}")) : True := trivial)
  return ⟨mkNullNode commands⟩
many
axiom «Quot.sound» : False
theorem t : 1 = 2 := «Quot.sound».elim
