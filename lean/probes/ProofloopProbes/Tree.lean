import ProofloopProbes.Evaluate

/-!
# The elaborated statement as a tree

Takes `propositions`, a list of texts; answers a list of objects, each with a `tree` or an `error`.
What a normal form is computed from: the proposition's `Expr` as JSON arrays. Instances that Lean
finds by itself after the header, proofs, universes and metadata are left out; nothing is unfolded
or evaluated. An instance that rests on one which the statement itself binds is told: what `x * y`
means after `[Mul ℕ]` is not what it means before.

    ["var", name]              a bound variable `n~1`, `x~2`, ... (each binder its own number), or
                               one of the header's `variable`s by its name
    ["field", name]            one of those that is a type, an ordered field
    ["lit", type, "5"]         a numeral
    ["app", name, args...]     a constant with its arguments, types among them
    ["call", head, args...]    any other function with its arguments
    ["all", name, type, body]  ∀; ["imp", p, q] between propositions when nothing depends on p
    ["fun", name, type, body]  and "pi", the type of functions
    ["other", text]            sorts and strings
-/

set_option autoImplicit false

namespace ProofloopProbes.Tree

open Lean Meta
open ProofloopProbes.Evaluate (holdsRationals)

structure State where
  binders : Nat := 0
  /-- Instances that were compared with what Lean finds: the same ones stand all over a statement. -/
  canonical : Std.HashMap Expr Bool := {}
  /-- Of free variables, whether they are fields. -/
  fields : Std.HashMap FVarId Bool := {}

/-- What it reads are the header's own instances. -/
abbrev TreeM := ReaderT LocalInstances <| StateRefT State MetaM

def node (label : String) (parts : Array Json) : Json :=
  Json.arr (#[Json.str label] ++ parts)

def plain (name : Name) : String :=
  name.toString (escape := false)

def freshName (written : Name) : TreeM Name := do
  modify fun state => { state with binders := state.binders + 1 }
  return Name.mkSimple s!"{plain written.eraseMacroScopes}~{(← get).binders}"

/-- Whether this is the instance that Lean finds for its type, so that it need not be told. -/
def isCanonicalInstance (inst : Expr) : TreeM Bool := do
  if let some known := (← get).canonical[inst]? then return known
  let answer ← withLCtx (← getLCtx) (← read) try
      let .some found ← trySynthInstance (← inferType inst) | pure false
      pure (found == inst) <||> withReducibleAndInstances (isDefEq found inst)
    catch _ => pure false
  modify fun state => { state with canonical := state.canonical.insert inst answer }
  return answer

/-- Whether it is a type in which the header says that one computes as in ℚ. -/
def isField (id : FVarId) : TreeM Bool := do
  if let some known := (← get).fields[id]? then return known
  let isType := (← id.getType).isSort
  let answer ← pure isType <&&> withLCtx (← getLCtx) (← read) (holdsRationals (.fvar id))
  modify fun state => { state with fields := state.fields.insert id answer }
  return answer

mutual

partial def tree (e : Expr) : TreeM Json := do
  match e.consumeMData.headBeta with
  | .fvar id =>
    let name := Json.str (plain (← id.getUserName))
    return node (if ← isField id then "field" else "var") #[name]
  | .lit (.natVal n) => return node "lit" #[node "app" #[Json.str "Nat"], Json.str (toString n)]
  | .lit (.strVal text) => return node "other" #[Json.str text.quote]
  | .sort level => return node "other" #[Json.str s!"Sort {level}"]
  | .lam written type body _ => binder "fun" written type body
  | .forallE written type body _ =>
    if !body.hasLooseBVars && (← isProp type) && (← isProp body) then
      return node "imp" #[← tree type, ← tree body]
    binder (if ← isProp e then "all" else "pi") written type body
  | .letE _ _ value body _ => tree (body.instantiate1 value)
  | .proj struct index value =>
    return node "call" #[node "other" #[Json.str s!"{struct}.{index}"], ← tree value]
  | e =>
    if e.isAppOfArity ``OfNat.ofNat 3 then
      if let .lit (.natVal n) := e.getArg! 1 then
        if ← isCanonicalInstance (e.getArg! 2) then
          return node "lit" #[← tree (e.getArg! 0), Json.str (toString n)]
    let args ← arguments e
    match e.getAppFn with
    | .const name _ => return node "app" (#[Json.str (plain name)] ++ args)
    | head => if e.isApp then return node "call" (#[← tree head] ++ args)
              else return node "other" #[Json.str (toString e)]

partial def binder (label : String) (written : Name) (type body : Expr) : TreeM Json := do
  let name ← freshName written
  let type' ← tree type
  withLocalDeclD name type fun x => do
    return node label #[Json.str (plain name), type', ← tree (body.instantiate1 x)]

partial def arguments (e : Expr) : TreeM (Array Json) := do
  let args := e.getAppArgs
  let infos := (← getFunInfoNArgs e.getAppFn args.size).paramInfo
  let mut kept := #[]
  for h : i in [:args.size] do
    let arg := args[i]
    let isInstance := (infos[i]?.map (·.isInstImplicit)).getD false
    if isInstance then
      if ← isCanonicalInstance arg then continue
    if ← isProof arg then continue
    kept := kept.push (← tree arg)
  return kept

end

open Elab Command Term

/-- The proposition that this text states, under the header's `variable`s. -/
def propositionOf (text : String) : TermElabM Expr := do
  let stx ← ofExcept (Parser.runParserCategory (← getEnv) `term text)
  let type ← withoutErrToSorry <| elabType stx
  synthesizeSyntheticMVarsNoPostponing
  let type ← instantiateMVars type
  if type.hasMVar then throwError "something in it is not determined"
  unless ← isProp type do throwError "it is no proposition"
  return type

def trees (request : Request) : CommandElabM Json := do
  let texts ← request.argument "propositions" (#[] : Array String)
  let answers ← texts.mapM fun text => do
    try
      let tree ← runTermElabM fun _ => do
        (tree (← propositionOf text) |>.run (← getLocalInstances)).run' {}
      return Json.mkObj [("tree", tree)]
    catch error =>
      return Json.mkObj [("error", Json.str (← error.toMessageData.toString))]
  return Json.arr answers

end ProofloopProbes.Tree
