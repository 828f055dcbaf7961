import ProofloopProbes.Basic

/-!
# Goals as JSON, and running in the state of an info tree

A goal: `case` (its name, or ""), `hypotheses` (each a `name`, a `type`, and the `value` of a `let`
or null), `target`, and `text`, the whole as Lean shows it.
-/

open Lean Elab Command Meta

namespace ProofloopProbes

/-- An object with a place in the text, which counts as Lean does: lines from one, columns from
zero in code points. -/
def jsonAt (map : FileMap) (start stop : String.Pos.Raw) (fields : List (String × Json)) : Json :=
  let first := map.toPosition start
  let last := map.toPosition stop
  Json.mkObj <| fields ++ [
    ("line", toJson first.line), ("column", toJson first.column),
    ("end_line", toJson last.line), ("end_column", toJson last.column)]

def hypothesis (decl : LocalDecl) : MetaM Json := do
  let print (e : Expr) : MetaM String := return toString (← ppExpr (← instantiateMVars e))
  let value ← decl.value?.mapM print
  return Json.mkObj [
    ("name", decl.userName.toString), ("type", ← print decl.type), ("value", toJson value)]

/-- A goal as it is in the present metavariable context. -/
def goalJson (goal : MVarId) : MetaM Json := goal.withContext do
  let text := toString (← ppGoal goal)
  let tag ← goal.getTag
  let lctx := (← getLCtx).sanitizeNames.run' { options := ← getOptions }
  withLCtx lctx (← getLocalInstances) do
    let mut hypotheses := #[]
    for decl in ← getLCtx do
      unless decl.isImplementationDetail do hypotheses := hypotheses.push (← hypothesis decl)
    let target := toString (← ppExpr (← instantiateMVars (← goal.getType)))
    return Json.mkObj [
      ("case", if tag.isAnonymous then "" else tag.eraseMacroScopes.toString),
      ("hypotheses", .arr hypotheses), ("target", target), ("text", text)]

/-- Where something that Lean recorded can be looked at again. -/
structure Scene where
  env : Environment
  mctx : MetavarContext
  options : Options
  currNamespace : Name
  openDecls : List OpenDecl

def sceneOf (info : ContextInfo) (mctx : MetavarContext) : Scene :=
  let { env, options, currNamespace, openDecls, .. } := info.toCommandContextInfo
  { env, mctx, options, currNamespace, openDecls }

/-- Run there, with the cancel token of this probe and a heartbeat limit counted anew. -/
def runIn {α : Type} (scene : Scene) (heartbeats : Nat) (action : MetaM α) : CommandElabM α := do
  let { env, mctx, options, currNamespace, openDecls } := scene
  let context ← read
  let core : Core.Context := {
    fileName := context.fileName, fileMap := context.fileMap, currNamespace, openDecls
    options := maxHeartbeats.set options heartbeats
    maxHeartbeats := heartbeats * 1000, initHeartbeats := ← IO.getNumHeartbeats
    cancelTk? := context.cancelTk? }
  -- names of its own, which no variable of the scene can have
  let ngen := { namePrefix := `_probe }
  let (result, _) ← action.run' {} { mctx } |>.run core { env, ngen }
  return result

/-- The goals that a message shows. -/
partial def goalsIn (message : MessageData) : Array (Scene × MVarId) :=
  go none { currNamespace := .anonymous, openDecls := [] } message
where
  go (context : Option MessageDataContext) (naming : NamingContext) :
      MessageData → Array (Scene × MVarId)
    | .ofGoal goal => match context with
      | some { env, mctx, opts, .. } =>
        let { currNamespace, openDecls } := naming
        #[({ env, mctx, options := opts, currNamespace, openDecls }, goal)]
      | none => #[]
    | .withContext context inner => go (some context) naming inner
    | .withNamingContext naming inner => go context naming inner
    | .nest _ inner | .group inner | .tagged _ inner => go context naming inner
    | .compose a b => go context naming a ++ go context naming b
    | _ => #[]

/-- The tactics of a tree, each with the context it ran in, in the order of its nodes. -/
def tacticsOf (tree : InfoTree) : Array (ContextInfo × TacticInfo) :=
  tree.foldInfo (init := #[]) fun context info found =>
    match info with
    | .ofTacticInfo tactic => found.push (context, tactic)
    | _ => found

end ProofloopProbes
