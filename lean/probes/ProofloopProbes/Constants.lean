import ProofloopProbes.Basic

/-!
# `constants`: what is in scope

Arguments: `modules` (only constants of modules with one of these as their first components; the
header's own are in the module `""`), `names` (only these), `kinds` (only these), `offset` and
`limit` (at most so many constants, beginning there), `span` (look no further than so many from
the offset, those left out counted: pages of a known span can be asked for all at once).

Answer: `constants`, a list of objects with `name`, `kind`, `type` (printed), `module`, `doc` (a
text or null) and `deprecated` (null; a text for a deprecated one: the name that replaces it, or
`""`), in the order of the imports; `next`, the offset to go on from, or null at the end; `total`,
the offset of the end. What Lean or the compiler made beside a declaration is left out, and so are
the parsers that notations make.
-/

open Lean Elab Command

namespace ProofloopProbes.Constants

/-- Written by nobody: recursors, equation lemmas, matchers, code of the compiler. Or for nobody
else: what stands in a namespace `Internal`, whose long types are a third of the library's. -/
def isAuxiliary (env : Environment) (name : Name) : Bool :=
  name.isInternalDetail || name.hasMacroScopes || isPrivateName name || isAuxRecursor env name
    || isNoConfusion env name || Meta.isMatcherCore env name || name.components.contains `Internal
    || match name with
      | .str _ last => last ∈ ["rec", "injEq", "inj", "sizeOf_spec", "noConfusionType", "toCtorIdx",
          "ctorIdx", "ctorElim", "ctorElimType", "eq_def", "eq_unfold", "congr_simp", "hcongr",
          "fun_cases", "fun_cases_unfolding", "induct", "induct_unfolding", "mutual_induct"]
      | _ => true

/-- Made by `syntax` and its like. -/
def isParser (info : ConstantInfo) : Bool :=
  info.type.isConstOf ``ParserDescr || info.type.isConstOf ``TrailingParserDescr

/-- What it is to a reader. What lacks its proof or its body in the library files is what it was. -/
def kindOf (env : Environment) (name : Name) (info : ConstantInfo) : String :=
  match info with
  | .axiomInfo _ => match getOriginalConstKind? env name with
    | some .thm => "theorem"
    | some .defn => definition
    | some .opaque => "opaque"
    | _ => "axiom"
  | .thmInfo _ => "theorem"
  | .opaqueInfo _ => "opaque"
  | .quotInfo _ => "quotient"
  | .ctorInfo _ => "constructor"
  | .recInfo _ => "recursor"
  | .inductInfo _ => if isClass env name then "class"
      else if isStructure env name then "structure" else "inductive"
  | .defnInfo _ => definition
where
  definition : String :=
    if Meta.isInstanceCore env name then "instance"
    else if isReducibleCore env name then "abbrev" else "def"
  isReducibleCore (env : Environment) (name : Name) : Bool :=
    getReducibilityStatusCore env name matches .reducible

/-- The constants by module, in the order of the imports, the header's own last. -/
def shelves (env : Environment) : Array (String × Array Name) := Id.run do
  let mut all := #[]
  for module in env.header.moduleNames, data in env.header.moduleData do
    all := all.push (module.toString, data.constNames)
  let own := env.constants.foldStage2 (fun names name _ => names.push name) #[]
  return all.push ("", own.qsort Name.quickLt)

/-- Whether `module` is one of `roots`, or below one. -/
def isBelow (roots : Array String) (module : String) : Bool :=
  roots.any fun root => module == root || module.startsWith (root ++ ".")

def describe (env : Environment) (module : String) (name : Name) (info : ConstantInfo) :
    CommandElabM Json := do
  let type ← liftTermElabM do return toString (← Meta.ppExpr info.type)
  return Json.mkObj [
    ("name", name.toString), ("kind", kindOf env name info), ("type", type), ("module", module),
    ("doc", toJson (← findDocString? env name)), ("deprecated", deprecated)]
where
  deprecated : Json :=
    match Linter.deprecatedAttr.getParam? env name with
    | none => .null
    | some entry => .str ((entry.newName?.map (·.toString)).getD "")

def constants : Probe := fun request => do
  let env ← getEnv
  let modules ← request.argument "modules" (#[] : Array String)
  let names ← request.argument "names" (#[] : Array String)
  let kinds ← request.argument "kinds" (#[] : Array String)
  let offset ← request.argument "offset" 0
  let limit ← request.argument "limit" 1000
  let span ← request.argument "span" 1000000000
  let wanted (name : Name) : Bool := names.isEmpty || names.contains name.toString
  let shelves := shelves env
  let total := shelves.foldl (fun total (_, shelf) => total + shelf.size) 0
  let stop := min total (offset + span)
  let answer (found : Array Json) (next : Nat) : Json :=
    Json.mkObj [("constants", .arr found), ("next", if next < total then next else .null),
      ("total", total)]
  let mut found := #[]
  let mut start := 0
  for (module, shelf) in shelves do
    let first := start
    start := start + shelf.size
    if start ≤ offset || first ≥ stop || !(modules.isEmpty || isBelow modules module) then continue
    for index in [offset - first : min shelf.size (stop - first)] do
      let name := shelf[index]!
      if isAuxiliary env name || !wanted name then continue
      let some info := env.find? name | continue
      if isParser info then continue
      unless kinds.isEmpty || kinds.contains (kindOf env name info) do continue
      if found.size ≥ limit then return answer found (first + index)
      checkInterrupted
      found := found.push (← describe env module name info)
  return answer found stop
where
  checkInterrupted : CommandElabM Unit := do
    if let some token := (← read).cancelTk? then
      if ← token.isSet then throwError "cancelled"

end ProofloopProbes.Constants
