import ProofloopNative.Session

/-! The untrusted half of a check: elaborate, report messages, export what was declared. -/

open Lean

namespace ProofloopNative

def maxDeclarations : Nat := 2000

private def kindOf : ConstantInfo → String
  | .axiomInfo _ => "axiom"
  | .defnInfo _ => "def"
  | .thmInfo _ => "theorem"
  | .opaqueInfo _ => "opaque"
  | .quotInfo _ => "quot"
  | .inductInfo _ => "inductive"
  | .ctorInfo _ => "ctor"
  | .recInfo _ => "rec"

private def declaredIn (env : Environment) (known : NameSet) (outcome : Outcome) : Array Json :=
    Id.run do
  let mut found : Array (String × Json) := #[]
  for (name, info) in localConstants env do
    let kind := kindOf info
    if kind == "ctor" || kind == "rec" || found.size ≥ maxDeclarations then continue
    if known.contains name then continue
    -- Compiler's helpers may be unsafe axioms, and no proof can use those.
    let isAxiom := kind == "axiom" && !info.isUnsafe
    let isExample := outcome.examples.any (·.1 == lastPart name)
    unless isAxiom || !(isAuxiliary name || isExample) do continue
    let shown := written (userName name)
    let place := placeOf outcome.places (userName name)
    found := found.push (shown, Json.mkObj [("name", toJson shown), ("kind", toJson kind),
      ("line", toJson (place.map (·.line))), ("column", toJson (place.map (·.column)))])
  return (found.qsort fun a b => a.1 < b.1).map (·.2)

/-- A message in the protocol's words: without the names given to examples, and not too long. -/
private def shown (outcome : Outcome) (note : Note) : Note :=
  let text := outcome.examples.foldl (fun text (name, _) => text.replace name "example") note.text
  let text := if text.length > maxText then s!"{text.take maxText}…" else text
  { note with text, declaration := declarationAt outcome.places note.line }

structure CheckRequest where
  imports : Array String
  header : String
  source : String
  heartbeats : Nat
  deriving FromJson

private def milliseconds (start stop : Nat) : Json :=
  toJson ((stop - start) / 1000000)

unsafe def check (cache : Cache) (request : CheckRequest) (token : IO.CancelToken) : IO Json := do
  match ← cache.start request.imports request.header token with
  | .missing module => return Json.mkObj [("status", "bad_import"), ("detail", toJson module)]
  | .failed message => return Json.mkObj [("status", "bad_import"), ("failure", toJson message)]
  | .cancelled => return Json.mkObj [("cancelled", toJson true)]
  | .ok header =>
    let started ← IO.monoNanosNow
    let before ← IO.getNumHeartbeats
    let state := withHeartbeats header.state request.heartbeats
    let outcome ← runFrontend request.source state { token, nameExamples := true }
    let elaborated ← IO.monoNanosNow
    let used := (← IO.getNumHeartbeats) - before
    let cancelled ← token.isSet
    let inHeader := header.errors.map fun note => { note with text := s!"in the header: {note.text}" }
    let notes := inHeader ++ outcome.notes.map (shown outcome)
    let env := outcome.state.env
    let (data, exportError) := if cancelled then ("", "") else
      match exportConstants env header.names with
      | .ok data => (data.compress, "")
      | .error message => ("", message)
    let examples := outcome.examples.toList.map fun (name, line) => (name, toJson line)
    return Json.mkObj [
      ("cancelled", toJson cancelled),
      ("messages", toJson notes),
      ("parse_errors", toJson outcome.parseErrors),
      ("unnamed_examples", toJson outcome.unnamedExamples),
      ("examples", Json.mkObj examples),
      ("declarations", .arr (declaredIn env header.names outcome)),
      ("data", toJson data),
      ("export_error", toJson exportError),
      ("elab_ms", milliseconds started elaborated),
      ("heartbeats", toJson ((used + 999) / 1000))]

end ProofloopNative
