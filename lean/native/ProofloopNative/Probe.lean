import ProofloopNative.Session
import ProofloopProbes

/-! Probes, asked of the state after a header. -/

open Lean

namespace ProofloopNative

structure ProbeRequest where
  imports : Array String
  header : String
  source : String
  probe : String
  arguments : Json
  heartbeats : Nat
  deriving FromJson

private def answered (data error : String) : Json :=
  Json.mkObj [("data", toJson data), ("error", toJson error)]

unsafe def probe (cache : Cache) (request : ProbeRequest) (token : IO.CancelToken) : IO Json := do
  match ← cache.start request.imports request.header token with
  | .missing module => return Json.mkObj [("status", "bad_import"), ("detail", toJson module)]
  | .failed message => return Json.mkObj [("status", "bad_import"), ("failure", toJson message)]
  | .cancelled => return Json.mkObj [("cancelled", toJson true)]
  | .ok header =>
    if let some error := header.errors[0]? then
      return answered "" s!"in the header: {error.text}"
    let { source, arguments, heartbeats, .. } := request
    let text := Json.mkObj [("source", toJson source), ("arguments", arguments),
      ("heartbeats", toJson heartbeats)]
    let (data, error) ← try
        pure (← ProofloopProbes.dispatch header.state (some token) request.probe text.compress, "")
      catch error => pure ("", toString error)
    return (answered data error).setObjVal! "cancelled" (toJson (← token.isSet))

end ProofloopNative
