import ProofloopNative.Frontend

/-!
Environments of import lists, and on top of them the states after each header met lately: what both
halves of a check start from. Headers are trusted text.
-/

open Lean

namespace ProofloopNative

def maxHeaders : Nat := 8
def headerHeartbeats : Nat := 200_000

structure Header where
  state : Elab.Command.State
  /-- All constants that are not imported. -/
  names : NameSet
  errors : Array Note
  axioms : AxiomTable

/-- What a process keeps: the environments of its import lists, and headers by their text, the one
used last at the end. -/
structure Cache where
  environments : IO.Ref (Array (String × Environment))
  headers : IO.Ref (Array (String × Header))

def Cache.new : BaseIO Cache := do
  return { environments := ← IO.mkRef #[], headers := ← IO.mkRef #[] }

inductive Start where
  | ok (header : Header)
  /-- A module that is not there; its name. -/
  | missing (module : String)
  /-- What stands against these imports together, in Lean's words. -/
  | failed (message : String)
  | cancelled

private def missing (modules : Array String) : IO (Option String) := do
  for module in modules do
    let there ← try (← oleanOf (moduleName module)).pathExists catch _ => pure false
    unless there do return some module
  return none

private unsafe def environment (cache : Cache) (modules : Array String) : IO Environment := do
  let key := " ".intercalate modules.toList
  if let some (_, env) := (← cache.environments.get).find? (·.1 == key) then return env
  let env ← importPlain (modules.map moduleName)
  cache.environments.modify (·.push (key, env))
  return env

/-- The state after imports and a header. -/
unsafe def Cache.start (cache : Cache) (modules : Array String) (text : String)
    (token : IO.CancelToken) : IO Start := do
  let key := s!"{" ".intercalate modules.toList}\n{text}"
  if let some entry := (← cache.headers.get).find? (·.1 == key) then
    cache.headers.modify fun all => (all.filter (·.1 != key)).push entry
    return .ok entry.2
  if let some module ← missing modules then return .missing module
  let env ← try environment cache modules catch error => return .failed (toString error)
  let start := Elab.Command.mkState env {} (maxHeartbeats.set {} headerHeartbeats)
  let outcome ← if text.isEmpty then pure { state := start : Outcome }
    else runFrontend text start { fileName := "<header>", token }
  if ← token.isSet then return .cancelled -- half a header
  let env := outcome.state.env
  let names := (localConstants env).foldl (fun names (name, _) => names.insert name) {}
  let axioms ← AxiomTable.new env
  let header := { state := outcome.state, names, axioms, errors := outcome.notes.filter (·.isError) }
  cache.headers.modify fun all =>
    let all := all.push (key, header)
    if all.size > maxHeaders then all.extract 1 all.size else all
  return .ok header

/-- The state with a heartbeat limit set in its head scope. -/
def withHeartbeats (state : Elab.Command.State) (heartbeats : Nat) : Elab.Command.State :=
  match state.scopes with
  | scope :: rest =>
    { state with scopes := { scope with opts := maxHeartbeats.set scope.opts heartbeats } :: rest }
  | [] => state

end ProofloopNative
