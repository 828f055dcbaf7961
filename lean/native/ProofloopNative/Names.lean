import ProofloopNative.Compat

/-! Names as Lean and people write them, and names that Lean makes. -/

open Lean

namespace ProofloopNative

/-- As Lean writes it: a component that is no identifier stands in «», so that a name made to look
like another has another text. What decides anything by a name's text uses this. -/
def written (name : Name) : String :=
  name.toString (escape := true)

/-- From the dotted form of a module's name. -/
def moduleName (text : String) : Name :=
  (text.splitOn ".").foldl .str .anonymous

/-- The name as it was written: that of a private declaration has its module's before it. -/
def userName (name : Name) : Name :=
  (privateToUserName? name).getD name

private def madeSuffixes : List String := [
  "match", "proof", "eq", "eq_def", "eq_unfold", "sizeOf_spec", "injEq", "inj", "noConfusion",
  "noConfusionType", "casesOn", "recOn", "below", "brecOn", "binductionOn", "rec", "ctorIdx",
  "ctorElim", "ctorElimType", "elim", "toCtorIdx", "congr_simp", "hcongr", "fun_cases",
  "fun_cases_unfolding", "induct", "induct_unfolding", "mutual_induct"]

private def withoutNumber (part : String) : String :=
  match (part.splitOn "_").reverse with
  | last :: rest@(_ :: _) =>
    if !last.isEmpty && last.all Char.isDigit then "_".intercalate rest.reverse else part
  | _ => part

/-- Made by Lean beside a declaration, not written by anybody. For display only. -/
def isAuxiliary (name : Name) : Bool :=
  let parts := (written (userName name)).splitOn "."
  parts.any (·.startsWith "_")
    || (parts.length > 1 && madeSuffixes.contains (withoutNumber (parts.getLastD "")))

def lastPart : Name → String
  | .str _ part => part
  | name => written name

end ProofloopNative
