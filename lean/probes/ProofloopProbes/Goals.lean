import ProofloopProbes.Holes

/-!
# `goals`: the states between the tactics of a proof

Takes a source, with errors or `sorry` in it or without. No arguments. Answer:

- `goals`: a table of goals (`State.lean`), to which all else refers by index;
- `steps`: each tactic as it ran, outer ones before those inside them: `tactic` (its text), its
  position, `depth` (how many tactics it is inside of), `before` and `after` (goals). A tactic that
  ran on several goals is there once for each;
- `errors`: each error message with its `text`, its position, `step` (index of the innermost step
  that it is in, or null) and `goals` (those that it shows; else those before its step);
- `holes`: each `sorry`, with its position, `goal`, and `statement`: the hole as a theorem of its
  own (without a proof) that Lean reads back as that goal, or "" if there is none.
-/

open Lean Elab Command Meta

namespace ProofloopProbes.Goals

/-- The goals met so far, each once. -/
structure Table where
  goals : Array Json := #[]
  index : Std.HashMap String Nat := {}

abbrev GoalsM := StateRefT Table CommandElabM

def addGoal (goal : Json) : GoalsM Nat := do
  let key := goal.compress
  if let some index := (← get).index[key]? then return index
  modifyGet fun table =>
    let index := table.goals.size
    (index, { goals := table.goals.push goal, index := table.index.insert key index })

def heartbeatsOfPrinting := 200000

def addGoals (info : ContextInfo) (mctx : MetavarContext) (goals : List MVarId) :
    GoalsM (Array Nat) := do
  let described ← runIn (sceneOf info mctx) heartbeatsOfPrinting do
    -- a goal that a failed tactic left behind may be unknown to the context before it
    goals.toArray.filterMapM fun goal => do
      if (← getMCtx).findDecl? goal |>.isSome then return some (← goalJson goal) else return none
  described.mapM addGoal

structure Step where
  start : String.Pos.Raw
  stop : String.Pos.Raw
  before : Array Nat
  after : Array Nat
  deriving Inhabited

/-- Only these say what to do; the others put tactics together. -/
def isStep (env : Environment) (stx : Syntax) : Bool :=
  let category := Parser.getCategory (Parser.parserExtension.getState env).categories `tactic
  stx.getKind ∉ [``Lean.cdot, ``Parser.Tactic.paren, ``Parser.Tactic.nestedTactic]
    && category.any (·.kinds.contains stx.getKind)

/-- Where a syntax stands in the text, if it was written there. -/
def written? (stx : Syntax) : Option (String.Pos.Raw × String.Pos.Raw) :=
  match stx.getHeadInfo, stx.getTailInfo with
  | .original _ start _ _, .original _ _ _ stop => some (start, stop)
  | _, _ => none

def stepsOf (tree : InfoTree) : GoalsM (Array Step) := do
  let mut steps : Array Step := #[]
  for (info, tactic) in tacticsOf tree do
    let some (start, stop) := written? tactic.stx | continue
    unless isStep info.env tactic.stx do continue
    let before ← addGoals info tactic.mctxBefore tactic.goalsBefore
    -- a macro's expansion can have the very place of the macro
    if steps.any fun step => step.start == start && step.stop == stop && step.before == before then
      continue
    let after ← addGoals info tactic.mctxAfter tactic.goalsAfter
    steps := steps.push { start, stop, before, after }
  return steps.insertionSort fun a b =>
    a.start < b.start || (a.start == b.start && b.stop < a.stop)

def contains (step : Step) (position : String.Pos.Raw) : Bool :=
  step.start ≤ position && position < step.stop

/-- The innermost step that a position is in, and of those the one that failed, which is the last. -/
def stepAt (steps : Array Step) (position : String.Pos.Raw) : Option Nat := Id.run do
  let mut best : Option Nat := none
  for step in steps, index in [0 : steps.size] do
    unless contains step position do continue
    match best with
    | none => best := some index
    | some other =>
      let size (step : Step) := step.stop.byteIdx - step.start.byteIdx
      if size step ≤ size steps[other]! then best := some index
  return best

def depthOf (steps : Array Step) (step : Step) : Nat :=
  let around := steps.filter fun other => other.start ≤ step.start && step.stop ≤ other.stop
    && !(other.start == step.start && other.stop == step.stop)
  around.foldl (init := (#[] : Array (Nat × Nat))) (fun seen other =>
    let place := (other.start.byteIdx, other.stop.byteIdx)
    if seen.contains place then seen else seen.push place) |>.size

/-- The goals that a message shows, which are those that a tactic got stuck on. -/
def shownGoals (message : MessageData) : GoalsM (Array Nat) :=
  (goalsIn message).mapM fun (scene, goal) => do
    addGoal (← runIn scene heartbeatsOfPrinting (goalJson goal))

def stepJson (source : String) (map : FileMap) (steps : Array Step) (step : Step) : Json :=
  jsonAt map step.start step.stop [
    ("tactic", (Substring.Raw.mk source step.start step.stop).toString),
    ("depth", depthOf steps step), ("before", toJson step.before), ("after", toJson step.after)]

def errorJson (map : FileMap) (steps : Array Step) (message : Message) : GoalsM Json := do
  let start := map.ofPosition message.pos
  let stop := message.endPos.map map.ofPosition |>.getD start
  let text ← message.data.toString
  -- its place is the beginning of a block, whatever tactic that is in
  let step := if text.startsWith "unsolved goals" then none else stepAt steps start
  let shown ← shownGoals message.data
  let goals := match step with
    | some index => if shown.isEmpty then steps[index]!.before else shown
    | none => shown
  return jsonAt map start stop [
    ("text", text), ("step", toJson step), ("goals", toJson goals)]

def holeJson (map : FileMap) (hole : Holes.Hole) (number heartbeats : Nat) :
    GoalsM (Option Json) := do
  let some (start, stop) := written? hole.stx | return none
  let goal ← runIn hole.scene heartbeatsOfPrinting do goalJson (← hole.goal)
  let statement ← Holes.statement hole (.mkSimple s!"hole_{number}") heartbeats
  return jsonAt map start stop [("goal", toJson (← addGoal goal)), ("statement", statement)]

def goals : Probe := fun request => do
  let map := request.source.toFileMap
  let run : GoalsM Json := do
    let done ← elaborate request.source
    let mut steps := #[]
    for tree in done.trees do steps := steps ++ (← stepsOf tree)
    let mut holes := #[]
    for tree in done.trees do
      for hole in Holes.holesOf tree do
        if let some json ← holeJson map hole (holes.size + 1) request.heartbeats then
          holes := holes.push json
    let failures := done.messages.filter (·.severity matches .error)
    let errors ← failures.mapM (errorJson map steps ·)
    return Json.mkObj [
      ("steps", .arr (steps.map (stepJson request.source map steps))),
      ("errors", .arr errors),
      ("holes", .arr holes),
      ("goals", .arr (← get).goals)]
  run.run' {}

end ProofloopProbes.Goals
