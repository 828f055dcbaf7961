import Lean

/-!
# What every probe is made of

A `Probe` runs in `CommandElabM` on the state after the header: its environment, its `open`s and
its `variable`s. It may change that state as it likes, which lasts for this one probe.
-/

open Lean Elab Command

namespace ProofloopProbes

/-- What a probe is asked. -/
structure Request where
  /-- The text to look at, which may be wrong, hostile, or empty. -/
  source : String := ""
  /-- An object; what is in it each probe says. -/
  arguments : Json := Json.mkObj []
  /-- The limit for each command and each declaration, as `maxHeartbeats`. -/
  heartbeats : Nat := 20000
  deriving Inhabited

/-- A function from a request to an answer; what it throws becomes the detail of a failure. -/
abbrev Probe := Request → CommandElabM Json

/-- The argument of that name as an `α`, or `default` where it is missing or null. -/
def Request.argument {α : Type} [FromJson α] (request : Request) (name : String) (default : α) :
    CommandElabM α :=
  match request.arguments.getObjVal? name with
  | .error _ => return default
  | .ok .null => return default
  | .ok value => match fromJson? value with
    | .ok value => return value
    | .error why => throwError "argument {name}: {why}"

/-- A text read to its end, with what Lean said and kept of each command. -/
structure Elaborated where
  messages : Array Message := #[]
  trees : Array InfoTree := #[]
  commands : Array Syntax := #[]
  parseErrors : Nat := 0

/-- Where a text without an `import` begins: after white space and comments. -/
def startOf (input : Parser.InputContext) (env : Environment) : Parser.ModuleParserState :=
  let state := Parser.whitespace.run input { env, options := {} } (Parser.getTokenTable env)
    (Parser.mkParserState input.inputString)
  { pos := if state.pos.byteIdx ≥ input.inputString.utf8ByteSize then state.pos else 0 }

/-- Elaborate a whole text in the present state, which becomes the state after it. Stops where it
was cancelled. -/
partial def elaborate (source : String) : CommandElabM Elaborated := do
  let input := Parser.mkInputContext source "<input>"
  modify fun state => { state with infoState.enabled := true }
  withReader ({ · with fileMap := input.fileMap, fileName := input.fileName }) do
    loop input (startOf input (← getEnv)) {}
where
  loop (input : Parser.InputContext) (at_ : Parser.ModuleParserState) (done : Elaborated) :
      CommandElabM Elaborated := do
    let scope ← getScope
    let context : Parser.ParserModuleContext := {
      env := ← getEnv, options := scope.opts
      currNamespace := scope.currNamespace, openDecls := scope.openDecls }
    let (command, next, said) := Parser.parseCommand input context at_ {}
    let parsing := said.toArray
    -- Lean drops the elaborator's errors on a half-parsed command if its log holds parse errors.
    modify fun state => { state with messages := said, infoState.trees := {} }
    withReader ({ · with cmdPos := at_.pos }) <| elabCommandTopLevel command
    let state ← get
    let done := { done with
      messages := done.messages ++ state.messages.toArray
      trees := done.trees ++ state.infoState.trees.toArray
      commands := done.commands.push command
      parseErrors := done.parseErrors + parsing.size }
    set { state with messages := {} }
    if Parser.isTerminalCommand command || (← cancelled) then return done
    loop input next done
  cancelled : CommandElabM Bool := do
    let some token := (← read).cancelTk? | return false
    token.isSet

end ProofloopProbes
