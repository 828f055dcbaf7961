import ProofloopNative

/-! The program that sees data and trusted text only. Arguments: the modules to import first. -/

open Lean ProofloopNative

unsafe def main (modules : List String) : IO UInt32 := do
  let cache ← Cache.new
  discard <| cache.start modules.toArray "" (← IO.CancelToken.new)
  serve fun request token => do trust cache (← IO.ofExcept (fromJson? request)) token
