import ProofloopNative.Names

/-!
New constants of an environment as plain data, in an order in which a kernel can add them: each
after what it mentions. Expressions keep their sharing; `mdata` is dropped, free and meta variables
are an error. Unsafe and partial constants are left out: no theorem may rest on them.

Shapes (every reference is an index into the table named):
  names:     [parent | -1, string] or [parent | -1, digits, 1] for a numeral
  levels:    [0] zero, [1, l] succ, [2, l, l] max, [3, l, l] imax, [4, name] parameter
  exprs:     [0, digits] bvar, [3, level] sort, [4, name, [levels]] const, [5, e, e] app,
             [6 | 7, name, e, e, binder] lambda and forall, [8, name, e, e, e] let,
             [9, 0, digits] and [9, 1, string] literals, [11, name, digits, e] projection
  constants: {kind, name, levelParams, type} and value, hints; or all, numParams, constructors
-/

open Lean

namespace ProofloopNative

structure Tables where
  names : Array Json := #[]
  levels : Array Json := #[]
  exprs : Array Json := #[]
  nameIndex : Std.HashMap Name Nat := {}
  levelIndex : Std.HashMap Level Nat := {}
  -- Equality that sees binder names and kinds: a statement differs by them.
  exprIndex : Std.HashMap ExprStructEq Nat := {}

abbrev ExportM := StateT Tables (Except String)

private def number (n : Nat) : Json := toJson n
private def row (items : Array Json) : Json := .arr items

partial def exportName : Name → ExportM Int
  | .anonymous => return -1
  | name => do
    if let some index := (← get).nameIndex[name]? then return index
    let json ← match name with
      | .str parent part => pure <| row #[toJson (← exportName parent), toJson part]
      | .num parent part =>
        pure <| row #[toJson (← exportName parent), toJson (toString part), number 1]
      | .anonymous => pure Json.null
    let index := (← get).names.size
    modify fun t => { t with names := t.names.push json, nameIndex := t.nameIndex.insert name index }
    return index

partial def exportLevel (level : Level) : ExportM Nat := do
  if let some index := (← get).levelIndex[level]? then return index
  let json ← match level with
    | .zero => pure <| row #[number 0]
    | .succ l => pure <| row #[number 1, number (← exportLevel l)]
    | .max a b => pure <| row #[number 2, number (← exportLevel a), number (← exportLevel b)]
    | .imax a b => pure <| row #[number 3, number (← exportLevel a), number (← exportLevel b)]
    | .param name => pure <| row #[number 4, toJson (← exportName name)]
    | .mvar _ => throw "a universe metavariable in a constant"
  let index := (← get).levels.size
  modify fun t =>
    { t with levels := t.levels.push json, levelIndex := t.levelIndex.insert level index }
  return index

private def subexpressions : Expr → List Expr
  | .app f a => [f, a]
  | .lam _ type body _ | .forallE _ type body _ => [type, body]
  | .letE _ type value body _ => [type, value, body]
  | .mdata _ e => [e]
  | .proj _ _ e => [e]
  | _ => []

private def binder : BinderInfo → Nat
  | .default => 0
  | .implicit => 1
  | .strictImplicit => 2
  | .instImplicit => 3

private def indexOf (e : Expr) : ExportM Nat := do
  match (← get).exprIndex[ExprStructEq.mk e]? with
  | some index => return index
  | none => throw "an expression before its parts"

private def exportRow (e : Expr) : ExportM Json := do
  match e with
  | .bvar i => return row #[number 0, toJson (toString i)]
  | .sort level => return row #[number 3, number (← exportLevel level)]
  | .const name levels =>
    let levels ← levels.mapM exportLevel
    return row #[number 4, toJson (← exportName name), toJson levels]
  | .app f a => return row #[number 5, number (← indexOf f), number (← indexOf a)]
  | .lam name type body info => bound 6 name type body info
  | .forallE name type body info => bound 7 name type body info
  | .letE name type value body _ =>
    return row #[number 8, toJson (← exportName name), number (← indexOf type),
      number (← indexOf value), number (← indexOf body)]
  | .lit (.natVal n) => return row #[number 9, number 0, toJson (toString n)]
  | .lit (.strVal s) => return row #[number 9, number 1, toJson s]
  | .proj name i e =>
    return row #[number 11, toJson (← exportName name), toJson (toString i), number (← indexOf e)]
  | .mdata _ _ | .fvar _ | .mvar _ => throw "a free or meta variable in a constant"
where
  bound (kind : Nat) (name : Name) (type body : Expr) (info : BinderInfo) : ExportM Json := do
    return row #[number kind, toJson (← exportName name), number (← indexOf type),
      number (← indexOf body), number (binder info)]

/-- Depth first with a stack of its own: proofs can be deeper than a thread's. -/
partial def exportExpr (root : Expr) : ExportM Nat := do
  let mut stack := #[root]
  while !stack.isEmpty do
    let e := stack.back!
    let known := (← get).exprIndex
    if known.contains ⟨e⟩ then
      stack := stack.pop
      continue
    let pending := (subexpressions e).filter fun part => !known.contains ⟨part⟩
    if !pending.isEmpty then
      stack := pending.foldl (·.push ·) stack
      continue
    stack := stack.pop
    match e with
    | .mdata _ inner =>
      let index ← indexOf inner
      modify fun t => { t with exprIndex := t.exprIndex.insert ⟨e⟩ index }
    | _ =>
      let json ← exportRow e
      modify fun t =>
        { t with exprs := t.exprs.push json, exprIndex := t.exprIndex.insert ⟨e⟩ t.exprs.size }
  indexOf root

private def signature (value : ConstantVal) : ExportM (List (String × Json)) := do
  let params ← value.levelParams.mapM exportName
  return [("name", toJson (← exportName value.name)), ("levelParams", toJson params),
    ("type", number (← exportExpr value.type))]

/-- -1 opaque, -2 abbreviation, else the definitional height. -/
private def hints : ReducibilityHints → Int
  | .opaque => -1
  | .abbrev => -2
  | .regular height => height.toNat

/-- A constant as data; none for what the kernel makes itself from inductive types. -/
def exportConstant (find : Name → Option ConstantInfo) (info : ConstantInfo) :
    ExportM (Option Json) := do
  let common ← signature info.toConstantVal
  let made (kind : String) (more : List (String × Json)) : Option Json :=
    some <| Json.mkObj (("kind", Json.str kind) :: common ++ more)
  match info with
  | .axiomInfo _ => return made "axiom" []
  | .thmInfo v => return made "theorem" [("value", number (← exportExpr v.value))]
  | .opaqueInfo v => return made "opaque" [("value", number (← exportExpr v.value))]
  | .defnInfo v =>
    return made "def" [("value", number (← exportExpr v.value)), ("hints", toJson (hints v.hints))]
  | .inductInfo v =>
    let constructors ← v.ctors.mapM fun name => do
      let some constructor := find name | throw s!"no constructor {name}"
      return Json.mkObj [("name", toJson (← exportName name)),
        ("type", number (← exportExpr constructor.type))]
    return made "inductive" [("numParams", toJson (toString v.numParams)),
      ("all", toJson (← v.all.mapM exportName)), ("constructors", toJson constructors)]
  | .ctorInfo _ | .recInfo _ | .quotInfo _ => return none

/-- What has to be in the kernel before a constant, of these constants. -/
private def mentioned (find : Name → Option ConstantInfo) (info : ConstantInfo) : Array Name :=
  let own (info : ConstantInfo) : Array Name :=
    let value := match info with
      | .thmInfo v => v.value.getUsedConstants
      | .opaqueInfo v => v.value.getUsedConstants
      | .defnInfo v => v.value.getUsedConstants
      | .inductInfo v => (v.ctors.filterMap find).toArray.flatMap (·.type.getUsedConstants)
      | _ => #[]
    info.type.getUsedConstants ++ value
  match info with
  | .inductInfo v => (v.all.filterMap find).toArray.flatMap own
  | _ => own info

/-- The constant that brings another into the environment. -/
private def owner (find : Name → Option ConstantInfo) (name : Name) : Option ConstantInfo :=
  match find name with
  | some (.ctorInfo v) => find v.induct
  | some (.recInfo v) => v.all.head?.bind find
  | other => other

private partial def inDependencyOrder (find : Name → Option ConstantInfo)
    (infos : Array ConstantInfo) : Array ConstantInfo := Id.run do
  let mut ordered := #[]
  let mut placed : Std.HashSet Name := {}
  let mut opened : Std.HashSet Name := {}
  for start in infos do
    let mut stack := #[start]
    while !stack.isEmpty do
      let info := stack.back!
      if placed.contains info.name then
        stack := stack.pop
      else if opened.contains info.name then
        stack := stack.pop
        placed := placed.insert info.name
        ordered := ordered.push info
      else
        opened := opened.insert info.name
        for name in mentioned find info do
          if let some needed := owner find name then
            if !opened.contains needed.name then stack := stack.push needed
  return ordered

/-- The constants of `env` that are not in `known`, as data. -/
def exportConstants (env : Environment) (known : NameSet) : Except String Json := do
  let mut infos : Std.HashMap Name ConstantInfo := {}
  for (name, info) in localConstants env do
    unless known.contains name || info.isUnsafe || info.isPartial do
      infos := infos.insert name info
  let table := infos
  let find := fun name => table[name]?
  let sorted := infos.toArray.map (·.2) |>.qsort fun a b => a.name.lt b.name
  let (constants, tables) ← ((inDependencyOrder find sorted).filterMapM (exportConstant find)).run {}
  return Json.mkObj [("names", .arr tables.names), ("levels", .arr tables.levels),
    ("exprs", .arr tables.exprs), ("constants", .arr constants)]

end ProofloopNative
