import ProofloopNative.Export

/-!
Names, universe levels and expressions rebuilt from exported data (Export.lean).

The data comes from a process that ran untrusted code, so nothing in it is believed: every index
must point backwards (no cycles), and numbers are bounded where Lean's own caches are (an
expression whose loose variables overflow 20 bits would be taken for a closed one). Any defect is
an error.
-/

open Lean

namespace ProofloopNative

def maxVariable : Nat := 65_536
def maxDigits : Nat := 100_000
def maxLevelDepth : Nat := 1_000

abbrev Rebuilt := Except String

def malformed {α : Type} (what : String) : Rebuilt α :=
  throw s!"malformed data: {what}"

def listAt (json : Json) : Rebuilt (Array Json) :=
  match json with
  | .arr items => pure items
  | _ => malformed "a list is missing"

def textAt (json : Json) : Rebuilt String :=
  match json with
  | .str text => pure text
  | _ => malformed "a string is missing"

def intAt (json : Json) : Rebuilt Int :=
  match json.getInt? with
  | .ok n => pure n
  | .error _ => malformed "not an index"

def natAt (json : Json) : Rebuilt Nat :=
  match json.getNat? with
  | .ok n => pure n
  | .error _ => malformed "not an index"

def digitsAt (json : Json) : Rebuilt Nat := do
  let text ← textAt json
  if text.length > maxDigits then malformed "a number of too many digits"
  unless text.all Char.isDigit do malformed "not a number"
  let some n := text.toNat? | malformed "not a number"
  return n

def boundedAt (json : Json) : Rebuilt Nat := do
  let n ← digitsAt json
  if n > maxVariable then malformed "a number too large"
  return n

def fieldOf (json : Json) (name : String) : Rebuilt Json :=
  match json.getObjVal? name with
  | .ok value => pure value
  | .error _ => malformed s!"no field {name}"

private def at' {α : Type} (table : Array α) (index : Nat) (what : String) : Rebuilt α :=
  match table[index]? with
  | some value => pure value
  | none => malformed s!"a {what} index"

structure Objects where
  names : Array Name := #[]
  levels : Array Level := #[]
  levelDepths : Array Nat := #[]
  exprs : Array Expr := #[]

namespace Objects

def name (o : Objects) (json : Json) : Rebuilt Name := do
  let index ← intAt json
  if index == -1 then return .anonymous
  if index < 0 then malformed "a name index"
  at' o.names index.toNat "name"

def level (o : Objects) (json : Json) : Rebuilt Level := do
  at' o.levels (← natAt json) "level"

def expr (o : Objects) (json : Json) : Rebuilt Expr := do
  at' o.exprs (← natAt json) "expression"

def nameList (o : Objects) (json : Json) : Rebuilt (List Name) := do
  return (← (← listAt json).mapM o.name).toList

private def makeName (o : Objects) (row : Array Json) : Rebuilt Name := do
  match row.toList with
  | [parent, part] => return .str (← o.name parent) (← textAt part)
  | [parent, part, _] => return .num (← o.name parent) (← digitsAt part)
  | _ => malformed "a name"

private def makeLevel (o : Objects) (row : Array Json) : Rebuilt (Level × Nat) := do
  let depth (json : Json) : Rebuilt Nat := do at' o.levelDepths (← natAt json) "level"
  let some kind := row[0]? | malformed "a universe level"
  match ← natAt kind, row.toList.tail with
  | 0, [] => return (.zero, 0)
  | 1, [a] => return (mkLevelSucc (← o.level a), 1 + (← depth a))
  | 2, [a, b] => return (mkLevelMax (← o.level a) (← o.level b), 1 + max (← depth a) (← depth b))
  | 3, [a, b] => return (mkLevelIMax (← o.level a) (← o.level b), 1 + max (← depth a) (← depth b))
  | 4, [a] => return (mkLevelParam (← o.name a), 0)
  | _, _ => malformed "a universe level"

private def binder (json : Json) : Rebuilt BinderInfo := do
  match ← natAt json with
  | 0 => return .default
  | 1 => return .implicit
  | 2 => return .strictImplicit
  | 3 => return .instImplicit
  | _ => malformed "a binder"

private def makeExpr (o : Objects) (row : Array Json) : Rebuilt Expr := do
  let some kind := row[0]? | malformed "an expression"
  match ← natAt kind, row.toList.tail with
  | 0, [i] => return mkBVar (← boundedAt i)
  | 3, [l] => return mkSort (← o.level l)
  | 4, [n, ls] => return mkConst (← o.name n) (← (← listAt ls).mapM o.level).toList
  | 5, [f, a] => return mkApp (← o.expr f) (← o.expr a)
  | 6, [n, t, b, i] => return mkLambda (← o.name n) (← binder i) (← o.expr t) (← o.expr b)
  | 7, [n, t, b, i] => return mkForall (← o.name n) (← binder i) (← o.expr t) (← o.expr b)
  | 8, [n, t, v, b] => return mkLet (← o.name n) (← o.expr t) (← o.expr v) (← o.expr b)
  | 9, [which, value] =>
    match ← natAt which with
    | 0 => return mkRawNatLit (← digitsAt value)
    | 1 => return mkStrLit (← textAt value)
    | _ => malformed "a literal"
  | 11, [n, i, e] => return mkProj (← o.name n) (← boundedAt i) (← o.expr e)
  | _, _ => malformed "an expression"

end Objects

def rebuild (data : Json) : Rebuilt Objects := do
  let mut o : Objects := {}
  for row in ← listAt (← fieldOf data "names") do
    let name ← o.makeName (← listAt row)
    o := { o with names := o.names.push name }
  for row in ← listAt (← fieldOf data "levels") do
    let (level, depth) ← o.makeLevel (← listAt row)
    if depth > maxLevelDepth then malformed "a universe level too deep"
    o := { o with levels := o.levels.push level, levelDepths := o.levelDepths.push depth }
  for row in ← listAt (← fieldOf data "exprs") do
    let e ← o.makeExpr (← listAt row)
    o := { o with exprs := o.exprs.push e }
  return o

/-- A constant as the kernel will see it: only the fields that its kind has. -/
structure Constant where
  kind : String
  name : Name
  levelParams : List Name
  type : Expr
  value : Option Expr := none
  hints : ReducibilityHints := .opaque
  numParams : Nat := 0
  all : List Name := []
  constructors : List Constructor := []
  deriving Inhabited

private def hintsAt (json : Json) : Rebuilt ReducibilityHints := do
  let n ← intAt json
  if n == -1 then return .opaque
  if n == -2 then return .abbrev
  if n < 0 || n ≥ UInt32.size then malformed "a height"
  return .regular n.toNat.toUInt32

def rebuildConstant (o : Objects) (json : Json) : Rebuilt Constant := do
  let field := fieldOf json
  let common : Constant := {
    kind := ← textAt (← field "kind")
    name := ← o.name (← field "name")
    levelParams := ← o.nameList (← field "levelParams")
    type := ← o.expr (← field "type")
  }
  if common.name.isAnonymous then malformed "a constant without a name"
  match common.kind with
  | "axiom" => return common
  | "theorem" | "opaque" => return { common with value := some (← o.expr (← field "value")) }
  | "def" =>
    let value := some (← o.expr (← field "value"))
    return { common with value, hints := ← hintsAt (← field "hints") }
  | "inductive" =>
    let constructors ← (← listAt (← field "constructors")).mapM fun json => do
      let name ← o.name (← fieldOf json "name")
      return { name, type := ← o.expr (← fieldOf json "type") : Constructor }
    let all ← o.nameList (← field "all")
    let numParams ← boundedAt (← field "numParams")
    return { common with all, numParams, constructors := constructors.toList }
  | _ => malformed "a kind of constant"

def rebuildConstants (data : Json) : Rebuilt (Array Constant) := do
  let o ← rebuild data
  (← listAt (← fieldOf data "constants")).mapM (rebuildConstant o)

end ProofloopNative
