import ProofloopProbes.Evaluate
import ProofloopProbes.Tree

/-!
# `separate`: values at which two statements differ

Arguments: `propositions`, two texts; `values`, for each of them a list of fractions
`[numerator, denominator]` for every variable, in the order of its binders (truth values are 0 and
1); `pairings`, each of which says for every variable of the second which of the first, with the
same values, it stands for.

Answer: null where a statement is no function of that many numbers; otherwise

* `fails`: for each statement where it is false;
* `pairings`: for each of them `forward`, where the first statement holds and the second fails, and
  `backward`, where it is the other way round.

Each is null or `{point, sure}`: the first place, in the order of the values, of which `point` has
the indices, one for each variable (of the first statement, in a pairing), and `sure` is false where
truth rests on samples of an infinite type. A few values of every variable are tried before all of
them are, which is not done where those tell the statements apart in every pairing.

What `Evaluate` cannot tell, or not for sure, the kernel is asked for, if Lean finds an instance of
`Decidable`. The bound is in Lean's heartbeats: a busy machine comes to the same answer.
-/

set_option autoImplicit false

namespace ProofloopProbes.Separate

open Lean Meta Elab
open ProofloopProbes.Evaluate

/-- Thousands of allocations for a statement at a few points, and at all: in the embedded Lean a
quarter of a second and a second. An equation or two in two variables takes half of that. -/
def fewHeartbeats : Nat := 200
def mostHeartbeats : Nat := 800

structure Side where
  values : Array (Array Rat)
  claim : Claim
  /-- `decide p` as a function of the variables, and their values as terms. -/
  decision : Option (Expr × Array (Array Expr))

def numberKind? (type : Expr) : MetaM (Option Kind) := do
  let some kind ← kindOf? type | return none
  return if kind == .field && !(← holdsRationals type) then none else some kind

def termOf (kind : Kind) (type : Expr) (q : Rat) : MetaM Expr :=
  match kind with
  | .bool => return toExpr (q == 1)
  | _ => numeral type q

/-- The statement as a function of its variables, if these are numbers with that many lists of
values. -/
def sideOf? (proposition : Expr) (values : Array (Array Rat)) : MetaM (Option Side) :=
  forallTelescope proposition fun binders conclusion => do
    let mut scope : Scope := {}
    let mut variables := #[]
    let mut hypotheses := #[]
    for x in binders do
      let type ← inferType x
      if ← isProp type then
        hypotheses := hypotheses.push x
      else
        let some kind ← numberKind? type | return none
        scope := scope.insert x.fvarId! scope.size
        variables := variables.push (x, kind, type)
    unless variables.size == values.size do return none
    let body ← mkForallFVars hypotheses conclusion
    let claim ← compileClaim scope body
    let decision ← try
        let decided ← mkLambdaFVars (variables.map (·.1)) (← mkDecide body)
        let terms ← (variables.zip values).mapM fun ((_, kind, type), list) =>
          list.mapM (termOf kind type)
        pure (some (decided, terms))
      catch _ => pure none
    return some { values, claim, decision }

/-! ## Truth at the points of a box -/

/-- The points of a box, given by how many values there are of each variable. -/
def pointsOf (box : List Nat) : List (List Nat) :=
  match box with
  | [] => [[]]
  | size :: rest =>
    let inside := pointsOf rest
    (List.range size).flatMap fun i => inside.map (i :: ·)

/-- Where a point stands among those. -/
def placeOf (box point : List Nat) : Nat :=
  (box.zip point).foldl (fun place (size, i) => place * size + i) 0

def decided (side : Side) (point : List Nat) : MetaM Truth := do
  let some (function, terms) := side.decision | return none
  let arguments := terms.toList.zipWith (fun list i => list[i]!) point
  match Kernel.whnf (← getEnv) (← getLCtx) (function.beta arguments.toArray) with
  | .ok (.const ``true _) => return .sure true
  | .ok (.const ``false _) => return .sure false
  | _ => return none

def truths (side : Side) (box : List Nat) (most : Nat) : MetaM (Array Truth) := do
  let mut found := #[]
  let start ← IO.getNumHeartbeats
  for point in pointsOf box do
    Core.checkInterrupted
    if (← IO.getNumHeartbeats) - start > most * 1000 then break
    let env := side.values.toList.zipWith (fun list i => some (.num list[i]!)) point
    let mut truth := side.claim env.toArray
    unless truth matches some (_, true) do
      truth := (← decided side point) <|> truth
    found := found.push truth
  return found

/-! ## The search -/

structure Place where
  point : List Nat
  sure : Bool
  deriving ToJson

/-- The first sure place, else the first. -/
def firstOf (places : List Place) : Option Place :=
  places.find? (·.sure) <|> places.head?

structure Found where
  /-- Not all points were looked at. -/
  cut : Bool
  fails : List (Option Place)
  /-- Forward and backward, of each pairing. -/
  pairings : List (Option Place × Option Place)

def compared (first second : Side) (pairings : List (List Nat)) (box other : List Nat)
    (most : Nat) : MetaM Found := do
  let (p, q) := (← truths first box most, ← truths second other most)
  let points := pointsOf box
  let failure (box : List Nat) (truths : Array Truth) : Option Place :=
    firstOf <| ((pointsOf box).zip truths.toList).filterMap fun
      | (point, some (false, sure)) => some { point, sure }
      | _ => none
  let differences (pairing : List Nat) (holds : Bool) : Option Place :=
    firstOf <| (points.zip p.toList).filterMap fun (point, truth) => do
      let (a, sure) ← truth
      let (b, alsoSure) ← q[placeOf other (pairing.map (point[·]!))]?.join
      guard (a == holds && b != holds)
      return { point, sure := sure && alsoSure }
  return {
    cut := p.size < points.length || q.size < (pointsOf other).length
    fails := [failure box p, failure other q]
    pairings := pairings.map fun each => (differences each true, differences each false) }

/-- Whether more points would tell nothing that matters, or take too long. -/
def Found.enough (found : Found) : Bool :=
  let sure (place : Option Place) := place.any (·.sure)
  if found.cut then true
  else if found.pairings.isEmpty then found.fails.any sure
  else found.pairings.all fun (forward, backward) => sure forward || sure backward

/-- How many values of each variable are tried first. -/
def few (variables : Nat) : Nat :=
  [1, 12, 10, 6, 4, 3][variables]?.getD 2

def answer (first second : Side) (pairings : List (List Nat)) : MetaM Json := do
  let whole (side : Side) := side.values.toList.map (·.size)
  let part (side : Side) := (whole side).map (min · (few side.values.size))
  let soon ← compared first second pairings (part first) (part second) fewHeartbeats
  let found ← if soon.enough then pure soon
    else compared first second pairings (whole first) (whole second) mostHeartbeats
  let shown := found.pairings.map fun (forward, backward) =>
    Json.mkObj [("forward", toJson forward), ("backward", toJson backward)]
  return Json.mkObj [("fails", toJson found.fails), ("pairings", toJson shown)]

def separate : Probe := fun request => do
  let texts ← request.argument "propositions" (#[] : Array String)
  let values ← request.argument "values" (#[] : Array (Array (Array (Int × Nat))))
  let pairings ← request.argument "pairings" ([] : List (List Nat))
  let #[a, b] := texts | throwError "two propositions are compared, not {texts.size}"
  let #[forA, forB] := values.map (·.map (·.map fun (n, d) => (n : Rat) / d))
    | throwError "there are values for {values.size} of 2 propositions"
  Command.runTermElabM fun _ => do
    let some first ← sideOf? (← Tree.propositionOf a) forA | return Json.null
    let some second ← sideOf? (← Tree.propositionOf b) forB | return Json.null
    answer first second pairings

end ProofloopProbes.Separate
