import ProofloopProbes.Basic
import ProofloopProbes.Constants
import ProofloopProbes.Goals
import ProofloopProbes.Hygiene
import ProofloopProbes.Instances
import ProofloopProbes.Separate
import ProofloopProbes.Tactics
import ProofloopProbes.Tree

/-!
# Probes: questions about Lean text, answered by Lean

A probe is a function `ProofloopProbes.Request → CommandElabM Json` (`Basic.lean`). It runs on the
command state after a trusted header, in a Lean that holds nothing to protect: what a text's
metaprograms do to it, they do to advice. No verdict rests on a probe.

To add one:

1. Write `ProofloopProbes/<Name>.lean`, which imports `ProofloopProbes.Basic` and says at its top
   which arguments it takes and what it answers.
2. Import it here and add it to `probes` below.
3. Ask it from Python: `await lean.probe(ProbeRequest(probe="<name>", ...))`.

All files below `ProofloopProbes/` are compiled into one module, once, when they have changed; in
the embedded Lean they run in its interpreter, and Lean's own functions, which do most of the work,
as machine code. No `initialize`, no attributes and no syntax of their own: a user's environment
does not have this module. Long loops of a probe's own must look at the cancel token.
-/

open Lean Elab Command

namespace ProofloopProbes

def probes : List (String × Probe) := [
  ("constants", Constants.constants),
  ("goals", Goals.goals),
  ("hygiene", Hygiene.hygiene),
  ("instances", Instances.instances),
  ("separate", Separate.separate),
  ("tactics", Tactics.tactics),
  ("tree", Tree.trees)
]

/-- The state with the heartbeat limit of the request. -/
def withHeartbeats (heartbeats : Nat) (state : Command.State) : Command.State :=
  { state with scopes := state.scopes.modifyHead fun scope =>
      { scope with opts := maxHeartbeats.set scope.opts heartbeats } }

def parseRequest (text : String) : Except String Request := do
  let json ← Json.parse text
  return {
    source := ← json.getObjValAs? String "source"
    arguments := ← json.getObjVal? "arguments"
    heartbeats := ← json.getObjValAs? Nat "heartbeats" }

/-- Run the probe of that name on a command state. `request` and the answer are JSON texts. Throws
what the probe throws. -/
def dispatch (state : Command.State) (cancel : Option IO.CancelToken) (name request : String) :
    IO String := do
  let some probe := probes.lookup name
    | throw <| .userError s!"there is no probe {name}; there are {", ".intercalate (probes.map (·.1))}"
  let request ← IO.ofExcept (parseRequest request)
  let context : Command.Context := {
    fileName := "<input>", fileMap := request.source.toFileMap, snap? := none, cancelTk? := cancel }
  let run := probe request |>.run context |>.run' (withHeartbeats request.heartbeats state)
  match ← run.toIO' with
  | .ok answer => return answer.compress
  | .error error => throw <| .userError (← error.toMessageData.toString)

end ProofloopProbes
