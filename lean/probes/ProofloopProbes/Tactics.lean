import ProofloopProbes.State

/-!
# `tactics`: many ways to go on from one state

Takes a source whose last tactic is `all_goals sorry`, in the line that the argument `line` says:
the state is the one before it. Argument `tactics`: texts of one tactic or several, each tried from
that state, with the request's heartbeats for each. Answer:

- `error`: why there is no such state, or "";
- `goals`: those of the state (`State.lean`);
- `outcomes`: for each text its `error`, or "", and the `goals` after it: none when it has finished.
-/

open Lean Elab Command Meta

namespace ProofloopProbes.Tactics

/-- The tactic that stands in for the rest of the proof, as it ran. -/
def stateAt? (trees : Array InfoTree) (map : FileMap) (line : Nat) :
    Option (ContextInfo × TacticInfo) := do
  let mut found := none
  for tree in trees do
    for (info, tactic) in tacticsOf tree do
      let .original _ start _ _ := tactic.stx.getHeadInfo | continue
      if tactic.stx.isOfKind ``Parser.Tactic.allGoals && (map.toPosition start).line == line then
        found := some (info, tactic)
  found

/-- A tactic block's tactics. -/
def parse (env : Environment) (text : String) : Except String Syntax := do
  let indented := text.replace "\n" "\n  "
  let block ← Parser.runParserCategory env `term s!"by\n  {indented}" "<tactic>"
  unless block.isOfKind ``Parser.Term.byTactic do throw "it is no tactic"
  return block[1]

/-- Run the tactics on the goals; the goals after them. Throws where they fail, also where they
only say so and go on. -/
def run (goals : List MVarId) (tactics : Syntax) : TermElabM (List MVarId) := do
  let context : Tactic.Context := { elaborator := .anonymous, recover := false }
  let elaborated := Term.withSynthesize <|
    (Tactic.evalTactic tactics *> Tactic.pruneSolvedGoals).run context |>.run { goals }
  let (_, after) ← tryCatchRuntimeEx elaborated fun error => do
    -- where the elaborator gave up, it said why before
    unless error.isInterrupt do throwLogged
    throw error
  throwLogged
  for goal in goals do
    if (← instantiateMVars (.mvar goal)).hasSorry then throwError "it rests on sorry"
  return after.goals
where
  throwLogged : TermElabM Unit := do
    for message in (← Core.getMessageLog).toArray do
      if message.severity matches .error then throwError message.data

def attempt (info : ContextInfo) (state : TacticInfo) (heartbeats : Nat) (text : String) :
    CommandElabM Json := do
  let failed (why : String) : Json :=
    Json.mkObj [("error", if why.isEmpty then "it failed" else why), ("goals", .arr #[])]
  let tactics ← match parse info.env text with
    | .ok tactics => pure tactics
    | .error why => return failed why
  let context : Term.Context := { declName? := info.parentDecl?, errToSorry := false }
  try
    runIn (sceneOf info state.mctxBefore) heartbeats do
      let goals ← run state.goalsBefore tactics |>.run' context
      let goals ← goals.toArray.mapM (goalJson ·)
      return Json.mkObj [("error", ""), ("goals", .arr goals)]
  catch error =>
    if error.isInterrupt then throw error
    return failed (← error.toMessageData.toString)

def tactics : Probe := fun request => do
  let texts ← request.argument "tactics" (#[] : Array String)
  let line ← request.argument "line" 0
  let done ← elaborate request.source
  if let some message := done.messages.find? (·.severity matches .error) then
    let error ← message.data.toString
    return Json.mkObj [("error", error), ("goals", .arr #[]), ("outcomes", .arr #[])]
  let some (info, state) := stateAt? done.trees request.source.toFileMap line
    | throwError "no 'all_goals sorry' in line {line}"
  let goals ← runIn (sceneOf info state.mctxBefore) request.heartbeats <|
    state.goalsBefore.toArray.mapM (goalJson ·)
  let outcomes ← texts.mapM (attempt info state request.heartbeats)
  return Json.mkObj [("error", ""), ("goals", .arr goals), ("outcomes", .arr outcomes)]

end ProofloopProbes.Tactics
