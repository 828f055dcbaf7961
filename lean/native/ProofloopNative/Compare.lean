import ProofloopNative.Statement

/-!
Whether the theorem proved is the theorem asked: the asked one from this process's own elaboration,
the proved one as the kernel has accepted it.

The types have to be the same expression: same constants, universe levels, binder kinds and binder
types. The names of bound variables do not count (hygiene numbers them by what stands before), nor
does the name of a helper that Lean made for the statement (a `match`), as long as both helpers are
the same. Being equal by definition is not enough: `2 + 2 = 4` is that to `4 = 4`, and neither is
the theorem that was asked. Nothing that is asked gets lost by that: the same text elaborates to
the same expression.

A constant that neither side declares is one of the environment that both start from. What the
asked side declares (the file it stands in may define things) the proved side has to declare the
same: kind, type, and value or constructors, and so on through all that they mention.
-/

open Lean

namespace ProofloopNative

/-- The constants of one side, each under all the names that it brings. -/
private structure Side where
  owners : Std.HashMap Name Constant

private def Side.of (constants : Array Constant) : Side := Id.run do
  let mut owners := {}
  for one in constants do
    owners := owners.insert one.name one
    for constructor in one.constructors do owners := owners.insert constructor.name one
  return { owners }

/-- None if the name was there before. -/
private def Side.owner (side : Side) (name : Name) : Option Constant :=
  match side.owners[name]?, name with
  | some one, _ => some one
  | none, .str type part =>
    if part.startsWith "rec" then (side.owners[type]?).filter (·.kind == "inductive") else none
  | none, _ => none

private structure Comparison where
  asked : Side
  proved : Side
  pending : Array (Expr × Expr × String) := #[]
  /-- The definition that is being compared; none in the statement itself. -/
  inside : String := ""
  seen : Std.HashSet (ExprStructEq × ExprStructEq) := {}
  seenConstants : Std.HashSet (Name × Name) := {}

/-- The difference in a few words is the error. -/
private abbrev CompareM := StateT Comparison (Except String)

private def differ {α : Type} (words : String) : CompareM α := do
  let inside := (← get).inside
  throw (if inside.isEmpty then words else s!"{inside} is defined otherwise")

private def put (a b : Expr) : CompareM Unit :=
  modify fun s => { s with pending := s.pending.push (a, b, s.inside) }

private def sameSignature (a b : Constant) : CompareM Unit := do
  unless a.levelParams == b.levelParams do differ "its universe levels"
  put a.type b.type

private def isHelper (one : Constant) (name : Name) : Bool :=
  one.name == name && one.kind == "def" && isAuxiliary name

mutual

private partial def sameConstant (a b : Name) : CompareM Unit := do
  let s ← get
  match s.asked.owner a, s.proved.owner b with
  | none, none => unless a == b do differ s!"it speaks of {written b}"
  | some ours, some theirs =>
    unless a == b || (isHelper ours a && isHelper theirs b) do differ s!"it speaks of {written b}"
    if s.seenConstants.contains (ours.name, theirs.name) then return
    modify fun s => { s with
      seenConstants := s.seenConstants.insert (ours.name, theirs.name), inside := written theirs.name }
    sameContent ours theirs
    modify fun now => { now with inside := s.inside }
  | _, _ => differ s!"the text declares its own {written b}"

/-- Two declarations, but for their names; of a theorem only what it states. -/
private partial def sameContent (a b : Constant) : CompareM Unit := do
  unless a.kind == b.kind do differ "its kind"
  sameSignature a b
  if a.kind == "def" || a.kind == "opaque" then
    match a.value, b.value with
    | some ours, some theirs => put ours theirs
    | _, _ => differ "its value"
  if a.kind == "inductive" then
    unless a.numParams == b.numParams && a.all == b.all
        && a.constructors.map (·.name) == b.constructors.map (·.name) do differ "its constructors"
    for (ours, theirs) in a.constructors.zip b.constructors do put ours.type theirs.type
    for (ours, theirs) in a.all.zip b.all do sameConstant ours theirs

end

/-- The heads of two expressions; their parts are put off. -/
private def sameNode (a b : Expr) : CompareM Unit := do
  match a, b with
  | .bvar i, .bvar j => unless i == j do differ "its type"
  | .sort l, .sort m => unless l == m do differ "its universe levels"
  | .const n ls, .const m ms =>
    sameConstant n m
    unless ls == ms do differ "its universe levels"
  | .app f x, .app g y => put f g; put x y
  | .lam _ t x i, .lam _ u y j | .forallE _ t x i, .forallE _ u y j =>
    unless i == j do differ "a binder is of another kind"
    put t u; put x y
  | .letE _ t v x _, .letE _ u w y _ => put t u; put v w; put x y
  | .lit l, .lit m => unless l == m do differ "a literal"
  | .proj n i x, .proj m j y =>
    unless i == j do differ "its type"
    sameConstant n m
    put x y
  | _, _ => differ "its type"

private partial def drain : CompareM Unit := do
  let s ← get
  let some (a, b, inside) := s.pending.back? | return
  let isNew := !s.seen.contains (⟨a⟩, ⟨b⟩)
  set { s with pending := s.pending.pop, inside, seen := s.seen.insert (⟨a⟩, ⟨b⟩) }
  if isNew then sameNode a b
  drain

/-- `constants` are those that a kernel has accepted. -/
def compareStatement (asked : Asked) (constants : Array Constant) : Json :=
  let answer (found isSame : Bool) (error difference : String) := Json.mkObj [
    ("found", toJson found), ("matches", toJson isSame), ("error", toJson error),
    ("difference", toJson difference), ("autoBound", toJson asked.autoBound),
    ("name", toJson (if asked.target.isAnonymous then "" else written asked.target))]
  if !asked.error.isEmpty then answer false false (asked.error.take 2000).toString ""
  else match constants.find? (·.name == asked.target), asked.constants.find? (·.name == asked.target) with
    | some proved, some target =>
      if proved.kind != "theorem" then
        answer true false "" s!"it is declared by {proved.kind}, not as a theorem"
      else
        let start := { asked := .of asked.constants, proved := .of constants }
        match (do sameSignature target proved; drain : CompareM Unit).run start with
        | .ok _ => answer true true "" ""
        | .error words => answer true false "" words
    | _, _ => answer false false "" ""

end ProofloopNative
