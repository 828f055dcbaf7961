import ProofloopNative.Trust

/-!
JSON lines: one request a line on standard input, one answer a line on standard output. A reader
thread takes the requests, so that a running one can be told to stop; another thread watches its
time. The requests themselves run one after the other in the main thread.
-/

open Lean

namespace ProofloopNative

/-- Answers one request; what it throws becomes an answer too. -/
abbrev Handler := Json → IO.CancelToken → IO Json

private structure Running where
  id : Nat
  token : IO.CancelToken
  deadline : Nat -- in milliseconds of the monotonic clock

private structure Shared where
  queue : IO.Ref (Array Json)
  running : IO.Ref (Option Running)
  ended : IO.Ref Bool

def napMs : UInt32 := 2
def watchMs : UInt32 := 20

private def numberOf (json : Json) (field : String) : Nat :=
  (json.getObjValAs? Nat field).toOption.getD 0

private def textOf (json : Json) (field : String) : String :=
  (json.getObjValAs? String field).toOption.getD ""

private def say (json : Json) : IO Unit := do
  let out ← IO.getStdout
  out.putStr (json.compress ++ "\n")
  out.flush

/-- A request that waits is taken away; one that runs is asked to stop. -/
private def cancel (shared : Shared) (target : Nat) : IO Unit := do
  shared.queue.modify fun all => all.map fun request =>
    if numberOf request "id" == target then request.setObjVal! "withdrawn" true else request
  if let some running ← shared.running.get then
    if running.id == target then running.token.set

private partial def read (shared : Shared) : IO Unit := do
  let line ← (← IO.getStdin).getLine
  if line.isEmpty then
    shared.ended.set true
    return
  if let .ok request := Json.parse line then
    if textOf request "op" == "cancel" then cancel shared (numberOf request "target")
    else shared.queue.modify (·.push request)
  read shared

private partial def watch (shared : Shared) : IO Unit := do
  IO.sleep watchMs
  if let some running ← shared.running.get then
    if (← IO.monoMsNow) > running.deadline then running.token.set
  unless ← shared.ended.get do watch shared

/-- Memory of this process alone, in MB; 0 where the system does not say. -/
private def memoryMb : IO Nat := do
  try
    let words := (← IO.FS.readFile "/proc/self/statm").splitOn " "
    match words.map (·.toNat?) with
    | _ :: some resident :: some shared :: _ => return (resident - shared) * 4096 / 1048576
    | _ => return 0
  catch _ => return 0

private def answer (shared : Shared) (handle : Handler) (request : Json) : IO Unit := do
  let id := numberOf request "id"
  let common := [("id", toJson id), ("token", toJson (textOf request "token"))]
  if (request.getObjVal? "withdrawn").isOk then
    say (Json.mkObj (common ++ [("cancelled", toJson true)]))
    return
  let token ← IO.CancelToken.new
  let deadline := (← IO.monoMsNow) + numberOf request "timeout_ms"
  shared.running.set (some { id, token, deadline })
  say (Json.mkObj (common ++ [("event", Json.str "started")]))
  let result ← try handle request token
    catch error => pure (Json.mkObj [("failure", toJson (toString error))])
  shared.running.set none
  let extra := Json.mkObj (common ++ [("memory_mb", toJson (← memoryMb))])
  say (result.mergeObj extra)

private partial def serveQueue (shared : Shared) (handle : Handler) : IO Unit := do
  match (← shared.queue.modifyGet fun all => (all[0]?, all.extract 1 all.size)) with
  | some request => answer shared handle request
  | none =>
    if ← shared.ended.get then return
    IO.sleep napMs
  serveQueue shared handle

/-- Until standard input ends. -/
def serve (handle : Handler) : IO UInt32 := do
  let shared : Shared :=
    { queue := ← IO.mkRef #[], running := ← IO.mkRef none, ended := ← IO.mkRef false }
  let _ ← IO.asTask (read shared) .dedicated
  let _ ← IO.asTask (watch shared) .dedicated
  say (Json.mkObj [("event", "ready"), ("version", toJson Lean.versionString)])
  serveQueue shared handle
  return 0

end ProofloopNative
