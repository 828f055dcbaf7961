import ProofloopNative.Compare

/-! The trusted half of a check: the kernel on exported data, the axioms, the statement asked. -/

open Lean

namespace ProofloopNative

def maxTheorems : Nat := 2000
private def standard : List Name := [``propext, ``Classical.choice, ``Quot.sound]

/-- `data` and `examples` are untrusted; `header` and `statement` are what the user asked. -/
structure TrustRequest where
  imports : Array String
  header : String
  statement : String
  data : String
  exportError : String
  examples : Json
  /-- The file that the statement stands in, where it is not the header: its imports, its text. -/
  reference : Option (Array String × String)
  autoImplicit : Bool
  deriving FromJson

def maxAxioms : Nat := 50 -- of one list

/-- Those that decide come first: the list is cut. -/
private def listed (axioms : Axioms) : Json :=
  let named := axioms.filter (· != library)
  let (usual, unusual) := named.partition standard.contains
  let sorted (names : Array Name) := (names.map written).qsort (· < ·)
  let all := (if named.contains ``sorryAx then #[written ``sorryAx] else #[]) ++ sorted unusual
    ++ sorted usual
  toJson ((all.toList.eraseDups.take maxAxioms).toArray.qsort (· < ·))

/-- Theorems the text declares, each with its axioms; helpers only where they rest on more. -/
private def theoremsOf (session : KernelSession) (examples : Json) : Array Json := Id.run do
  let mut found := #[]
  for name in session.order do
    let some constant := session.constants[name]? | continue
    let axioms := (session.axioms[name]?).getD #[]
    let line := (examples.getObjValAs? Nat (lastPart name)).toOption
    let unusual := axioms.any fun one => one != library && !standard.contains one
    if line.isNone && isAuxiliary name && !unusual then continue
    let mayProve := constant.kind == "def" || constant.kind == "opaque"
    let isTheorem := constant.kind == "theorem"
      || (mayProve && isProposition session.env constant.type)
    if !isTheorem || found.size ≥ maxTheorems then continue
    let shown := match line with
      | some line => s!"example@{line}"
      | none => written (userName name)
    found := found.push <| Json.mkObj [("name", toJson shown), ("axioms", listed axioms),
      ("sorry", toJson (axioms.contains ``sorryAx)), ("library", toJson (axioms.contains library))]
  return found

private def allAxioms (session : KernelSession) : Axioms :=
  session.order.foldl (fun all name => all.union ((session.axioms[name]?).getD #[])) #[]

/-- Adds the data as far as the kernel goes; the session up to there, and what stopped it. -/
private def replay (session : KernelSession) (header : Header) (request : TrustRequest)
    (token : IO.CancelToken) : IO (KernelSession × String) := do
  if !request.exportError.isEmpty then return (session, request.exportError)
  if let some error := header.errors[0]? then return (session, s!"in the header: {error.text}")
  match Json.parse request.data with
  | .error _ => return (session, "malformed data: not JSON")
  | .ok data =>
    -- The session as it is when an error is thrown is wanted too, so it is kept outside.
    let kept ← IO.mkRef session
    match ← (addAll data kept token session).run with
    | .ok ((), session) => return (session, "")
    | .error message => return (← kept.get, message)

/-- Whether the session holds the theorem asked for. -/
private unsafe def askedFor (cache : Cache) (header : Header) (request : TrustRequest)
    (session : KernelSession) (token : IO.CancelToken) : IO Json := do
  let constants := session.order.filterMap (session.constants[·]?)
  let elaborate (header : Header) (known : NameSet) : IO Json := do
    if let some error := header.errors[0]? then
      return compareStatement { error := s!"in its file: {error.text}" } constants
    let asked ← elaborateStatement
      { header, statement := request.statement, known, autoImplicit := request.autoImplicit, token }
    return compareStatement asked constants
  match request.reference with
  | none => elaborate header header.names
  | some (modules, text) =>
    match ← cache.start modules text token with
    -- What the statement's file declares, the text has to declare the same.
    | .ok header => elaborate header {}
    | .missing module => return compareStatement { error := s!"unknown module {module}" } constants
    | .failed message => return compareStatement { error := message } constants
    | .cancelled => return Json.null

unsafe def trust (cache : Cache) (request : TrustRequest) (token : IO.CancelToken) : IO Json := do
  match ← cache.start request.imports request.header token with
  | .missing module => return Json.mkObj [("status", "bad_import"), ("detail", toJson module)]
  | .failed message => return Json.mkObj [("status", "bad_import"), ("failure", toJson message)]
  | .cancelled => return Json.mkObj [("cancelled", toJson true)]
  | .ok header =>
    let started ← IO.monoNanosNow
    let fresh := { env := kernelOf header.state.env, base := header.axioms : KernelSession }
    let (session, error) ← replay fresh header request token
    let theorems := theoremsOf session request.examples
    let replayed ← IO.monoNanosNow
    let statement ← if request.statement.isEmpty then pure Json.null else
      askedFor cache header request session token
    let refused := match session.refused with
      | some (name, axioms) => Json.mkObj [("name", toJson (written name)), ("axioms", listed axioms)]
      | none => Json.null
    let all := allAxioms session
    let kernel := Json.mkObj [
      ("ok", toJson error.isEmpty),
      ("error", toJson (error.take 2000).toString),
      ("refused", refused),
      ("declarations", toJson session.added),
      ("theorems", .arr theorems),
      ("axioms", listed all),
      ("library", toJson (all.contains library)),
      ("ms", toJson ((replayed - started) / 1000000))]
    return Json.mkObj [("kernel", kernel), ("statement", statement),
      ("cancelled", toJson (← token.isSet))]

end ProofloopNative
