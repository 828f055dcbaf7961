import ProofloopNative

/-! The program that sees untrusted text. Arguments: the modules to import before it is ready. -/

open Lean ProofloopNative

unsafe def main (modules : List String) : IO UInt32 := do
  let cache ← Cache.new
  discard <| cache.start modules.toArray "" (← IO.CancelToken.new)
  serve fun request token => do
    match (request.getObjValAs? String "op").toOption with
    | some "probe" => probe cache (← IO.ofExcept (fromJson? request)) token
    | _ => check cache (← IO.ofExcept (fromJson? request)) token
