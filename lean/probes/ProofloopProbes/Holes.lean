import ProofloopProbes.State

/-!
# A hole of a proof as a theorem of its own

The goal at a `sorry`, closed over its hypotheses and printed as a statement without a proof. What
Lean prints it cannot always read back: each text is elaborated where the hole is and has to give
the same statement again, else it is printed more explicitly.
-/

open Lean Elab Command Meta

namespace ProofloopProbes.Holes

/-- A `sorry` in the text: where, and the goal that it stands for. -/
structure Hole where
  stx : Syntax
  scene : Scene
  goal : MetaM MVarId

/-- A fresh goal of that type in a local context. -/
def freshGoal (lctx : LocalContext) (type : Expr) : MetaM MVarId :=
  withLCtx lctx #[] <| withLocalInstances (lctx.decls.toList.filterMap id) do
    return (← mkFreshExprSyntheticOpaqueMVar type).mvarId!

def holesOf (tree : InfoTree) : Array Hole :=
  tree.foldInfo (init := #[]) fun info node found =>
    match node with
    | .ofTacticInfo tactic =>
      match tactic.stx.getKind == ``Parser.Tactic.tacticSorry, tactic.goalsBefore with
      | true, goal :: _ =>
        found.push { stx := tactic.stx, scene := sceneOf info tactic.mctxBefore, goal := return goal }
      | _, _ => found
    | .ofTermInfo term =>
      match term.stx.getKind == ``Parser.Term.sorry, term.expectedType? with
      | true, some type =>
        found.push { stx := term.stx, scene := sceneOf info info.mctx, goal := freshGoal term.lctx type }
      | _, _ => found
    | _ => found

/-- The goal with its hypotheses as premises and its `let`s replaced by their values, and how many
premises these are. Throws where something in it is not known yet. -/
def closed (goal : MVarId) : MetaM (Expr × Nat) := goal.withContext do
  let mut premises := #[]
  let mut count := 0
  for decl in ← getLCtx do
    if decl.isImplementationDetail then continue
    premises := premises.push decl.toExpr
    unless decl.isLet do count := count + 1
  let type ← mkForallFVars premises (← goal.getType) (usedLetOnly := false)
  let type ← zetaReduce (← instantiateMVars type)
  if type.hasMVar || type.hasFVar then throwError "the goal depends on what is not known yet"
  return (type, count)

/-- The premises under names that can be written, each another. -/
def renamed (type : Expr) (count : Nat) : Expr :=
  go type count #[]
where
  go (type : Expr) (count : Nat) (taken : Array Name) : Expr :=
    match type, count with
    | .forallE name domain body kind, count + 1 =>
      let name := fresh (base name) taken 0 (taken.size + 1)
      .forallE name domain (go body count (taken.push name)) kind
    | type, _ => type
  base (name : Name) : Name :=
    let bare := name.eraseMacroScopes
    if bare.isAtomic && !bare.isAnonymous && !bare.isInternal then bare else `h
  fresh (name : Name) (taken : Array Name) (number fuel : Nat) : Name :=
    let next := if number == 0 then name else name.appendAfter s!"_{number}"
    match fuel with
    | 0 => next
    | fuel + 1 => if taken.contains next then fresh name taken (number + 1) fuel else next

def printed (e : Expr) : MetaM String := return (← ppExpr e).pretty (width := 100000)

def statementText (name : Name) (type : Expr) (count : Nat) : MetaM String := do
  let universes := (collectLevelParams {} type).params.toList.map toString
  let universes := if universes.isEmpty then "" else ".{" ++ ", ".intercalate universes ++ "}"
  forallBoundedTelescope (renamed type count) count fun premises target => do
    let mut text := s!"theorem {name}{universes}"
    for premise in premises do
      let decl ← premise.fvarId!.getDecl
      let (left, right) := match decl.binderInfo with
        | .default => ("(", ")")
        | .instImplicit => ("[", "]")
        | _ => ("{", "}")
      text := text ++ s!" {left}{decl.userName} : {← printed decl.type}{right}"
    return text ++ s!" : {← printed target}"

/-- From the most readable to the most explicit. -/
def printings : List (List (Name × Bool)) :=
  let whole := [(`pp.deepTerms, true), (`pp.proofs, true)]
  let typed := [(`pp.numericTypes, true), (`pp.funBinderTypes, true), (`pp.piBinderTypes, true),
    (`pp.coercions.types, true), (`pp.fullNames, true)]
  let explicit := [(`pp.explicit, true), (`pp.universes, true), (`pp.fieldNotation, false)]
  [whole, whole ++ typed, whole ++ typed ++ explicit]

/-- Whether the text, with `sorry` for a proof, declares a theorem of that type where the hole is. -/
def readsBack (scene : Scene) (name : Name) (text : String) (type : Expr) :
    CommandElabM Bool := do
  let .ok command := Parser.runParserCategory scene.env `command (text ++ " := sorry") | return false
  let before ← get
  try
    set { before with
      env := scene.env, messages := {}, infoState.enabled := false
      scopes := [{ header := "", opts := scene.options
                   currNamespace := scene.currNamespace, openDecls := scene.openDecls }] }
    elabCommand command
    let after ← get
    if after.messages.hasErrors then return false
    let some constant := after.env.find? (scene.currNamespace ++ name) | return false
    liftTermElabM <| withNewMCtxDepth <| isDefEq constant.type type
  catch _ => return false
  finally set before

/-- The hole as a statement, or "". -/
def statement (hole : Hole) (name : Name) (heartbeats : Nat) : CommandElabM String := do
  let attempt (options : List (Name × Bool)) : CommandElabM (Option String) := do
    let set (all : Options) : Options := options.foldl (fun all (name, on) => all.setBool name on) all
    let (text, type) ← runIn hole.scene heartbeats <| withOptions set do
      let (type, count) ← closed (← hole.goal)
      return (← statementText name type count, type)
    return if ← readsBack hole.scene name text type then some text else none
  try
    for options in printings do
      if let some text ← attempt options then return text
    return ""
  catch _ => return ""

end ProofloopProbes.Holes
