import ProofloopNative

/-!
The servers' requests for a process that only runs commands, such as a REPL:
`#eval ProofloopRepl.answerTo "check" "{…}"` says its answer, one line of JSON. Environments and
headers stay in the process from one command to the next.
-/

open Lean ProofloopNative

namespace ProofloopRepl

instance : Nonempty Cache :=
  ⟨{ environments := Classical.choice inferInstance, headers := Classical.choice inferInstance }⟩

initialize kept : Cache ← Cache.new

/-- What runs, with its deadline in milliseconds of the monotonic clock. -/
initialize running : IO.Ref (Option (IO.CancelToken × Nat)) ← IO.mkRef none

initialize watched : IO.Ref Bool ← IO.mkRef false

private partial def watch : IO Unit := do
  IO.sleep 20
  if let some (token, deadline) ← running.get then
    if (← IO.monoMsNow) > deadline then token.set
  watch

private unsafe def answer (role op : String) (request : Json) (token : IO.CancelToken) :
    IO Json := do
  match role, op with
  | _, "start" =>
    let imports ← IO.ofExcept (request.getObjValAs? (Array String) "imports")
    discard <| kept.start imports "" token
    return Json.mkObj []
  | "trust", _ => trust kept (← IO.ofExcept (fromJson? request)) token
  | _, "probe" => probe kept (← IO.ofExcept (fromJson? request)) token
  | _, _ => check kept (← IO.ofExcept (fromJson? request)) token

/-- `role`: `check`, or `trust`, which must be all that its process is ever asked for. -/
unsafe def answerTo (role text : String) : IO Unit := do
  let request ← IO.ofExcept (Json.parse text)
  let said (field : String) := (request.getObjValAs? String field).toOption.getD ""
  let token ← IO.CancelToken.new
  let milliseconds := (request.getObjValAs? Nat "timeout_ms").toOption.getD 0
  unless ← watched.modifyGet ((·, true)) do
    -- One thread for all commands of the process.
    discard <| IO.asTask watch .dedicated
  running.set (some (token, (← IO.monoMsNow) + milliseconds))
  let result ← try answer role (said "op") request token
    catch error => pure (Json.mkObj [("failure", toJson (toString error))])
  running.set none
  IO.println (result.mergeObj (Json.mkObj [("token", toJson (said "token"))])).compress

end ProofloopRepl
