import ProofloopNative.Kernel

/-!
The loop of Lean's frontend: parse a command, elaborate it, read its messages. Written out here,
since the library's own keeps the messages of the last command only and takes no cancel token.
-/

open Lean

namespace ProofloopNative

-- Of errors as many again: a flood of others must not hide them.
def maxMessages : Nat := 200
def maxText : Nat := 8000

structure Note where
  severity : String
  line : Nat
  column : Nat
  endLine : Option Nat
  endColumn : Option Nat
  text : String
  kind : String
  declaration : String := ""
  deriving ToJson

def Note.isError (note : Note) : Bool :=
  note.severity == "error"

/-- What a text declares, where, and the last line of the command that does. -/
structure Place where
  name : Name
  line : Nat
  column : Nat
  endLine : Nat

structure RunOptions where
  fileName : String := "<input>"
  token : IO.CancelToken
  nameExamples : Bool := false
  /-- Sees each parsed command before it is elaborated; a text it returns is the reason to stop. -/
  inspect : Syntax → Nat → Option String := fun _ _ => none

structure Outcome where
  state : Elab.Command.State
  notes : Array Note := #[]
  parseErrors : Nat := 0
  refused : String := ""
  /-- The name given to an example, and its line. -/
  examples : Array (String × Nat) := #[]
  unnamedExamples : Nat := 0
  places : Array Place := #[]

/-- The names in a command's head, but not in what it proves: `open ... in mutual theorem a`. -/
private partial def declared (command : Syntax) (input : Parser.InputContext) (stop : String.Pos.Raw) :
    Array Place :=
  visit command 0
where
  visit (node : Syntax) (depth : Nat) : Array Place :=
    if node.getKind == ``Parser.Command.declId then
      match node[0].getPos? with
      | some start =>
        let place := input.fileMap.toPosition start
        #[{ name := node[0].getId, line := place.line, column := place.column,
            endLine := (input.fileMap.toPosition stop).line }]
      | none => #[]
    else if depth ≥ 5 || (`Lean.Parser.Term).isPrefixOf node.getKind
        || (`Lean.Parser.Tactic).isPrefixOf node.getKind then #[]
    else node.getArgs.flatMap fun child => visit child (depth + 1)

/-- The place whose name a full name ends with. -/
def placeOf (places : Array Place) (name : Name) : Option Place :=
  places.reverse.find? fun place => place.name.isSuffixOf name

/-- The declaration that a line is in. -/
def declarationAt (places : Array Place) (line : Nat) : String :=
  match places.reverse.find? fun place => place.line ≤ line && line ≤ place.endLine with
  | some place => written place.name
  | none => ""

private def severity : MessageSeverity → String
  | .information => "info"
  | .warning => "warning"
  | .error => "error"

private def addNotes (log : MessageLog) (notes : Array Note) : IO (Array Note) := do
  let mut notes := notes
  for message in allMessages log do
    let most := if message.severity matches .error then 2 * maxMessages else maxMessages
    if notes.size ≥ most then continue
    notes := notes.push {
      severity := severity message.severity
      line := message.pos.line
      column := message.pos.column
      endLine := message.endPos.map (·.line)
      endColumn := message.endPos.map (·.column)
      text := ← message.data.toString
      kind := messageKind message
    }
  return notes

/-! An `example` leaves no constant behind, so nothing would be left to re-check. The keyword has
as many bytes as `def _00`: written over it in the text that is being parsed, the command defines
a constant, and every position in the text stays what it was. -/

private def alphabet : List Char :=
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".toList

private def contains (text part : String) : Bool :=
  (text.splitOn part).length > 1

/-- `_00`, `_01`, ...: the first that occurs nowhere in the text. -/
private def freshName (source : String) (taken : Array (String × Nat)) : Option String :=
  alphabet.findSome? fun a => alphabet.findSome? fun b =>
    let name := String.ofList ['_', a, b]
    if taken.any (·.1 == name) || contains source name then none else some name

/-- The node of kind `example` in a command, through any `open ... in`. -/
private partial def findExample (command : Syntax) : Option Syntax :=
  match command.getKind, command.getNumArgs with
  | ``Parser.Command.example, _ => some command
  | ``Parser.Command.in, 3 => findExample command[2]
  | ``Parser.Command.declaration, 2 => findExample command[1]
  | _, _ => none

private def overwrite (text : String) (at_ : Nat) (new : String) : String :=
  let bytes := text.toUTF8
  let new := new.toUTF8
  String.fromUTF8! (bytes.extract 0 at_ ++ new ++ bytes.extract (at_ + new.size) bytes.size)

private def parseOnce (input : Parser.InputContext) (state : Elab.Command.State)
    (at_ : Parser.ModuleParserState) : Syntax × Parser.ModuleParserState × MessageLog :=
  let scope := state.scopes.head!
  let context := { env := state.env, options := scope.opts,
                   currNamespace := scope.currNamespace, openDecls := scope.openDecls }
  Parser.parseCommand input context at_ {}

private def setNoncomputable (state : Elab.Command.State) : Elab.Command.State :=
  match state.scopes with
  | scope :: rest => { state with scopes := { scope with isNoncomputable := true } :: rest }
  | [] => state

/-- Whether a text is nothing but white space and comments, which the parser of a module's header
would have read past; without it they are an unexpected end where nothing follows. -/
private partial def isTrivia (text : String) : Bool :=
  go text.toList 0
where
  go : List Char → Nat → Bool
  | '/' :: '-' :: rest, 0 =>
    match rest with
    | '-' :: _ | '!' :: _ => false
    | _ => go rest 1
  | '/' :: '-' :: rest, depth + 1 => go rest (depth + 2)
  | '-' :: '/' :: rest, depth + 1 => go rest depth
  | '-' :: '-' :: rest, 0 => go (rest.dropWhile (· != '\n')) 0
  | c :: rest, 0 => c.isWhitespace && go rest 0
  | _ :: rest, depth => go rest depth
  | [], depth => depth == 0

/-- Run over the whole text. -/
partial def runFrontend (source : String) (state : Elab.Command.State) (options : RunOptions) :
    IO Outcome := do
  let mut text := source
  let mut input := Parser.mkInputContext text options.fileName
  let start := if isTrivia source then source.rawEndPos else 0
  let mut position : Parser.ModuleParserState := { pos := start }
  let mut outcome : Outcome := { state }
  repeat
    let before := position
    let mut (command, after, log) := parseOnce input outcome.state position
    let mut renamed := false
    if options.nameExamples then
      if let some node := findExample command then
        match node[0].getPos?, freshName source outcome.examples with
        | some place, some name =>
          text := overwrite text place.byteIdx s!"def {name}"
          input := Parser.mkInputContext text options.fileName
          let line := (input.fileMap.toPosition place).line
          outcome := { outcome with examples := outcome.examples.push (name, line) }
          (command, after, log) := parseOnce input outcome.state position
          renamed := true
        | _, _ => outcome := { outcome with unnamedExamples := outcome.unnamedExamples + 1 }
    position := after
    outcome := { outcome with places := outcome.places ++ declared command input after.pos }
    outcome := { outcome with parseErrors := outcome.parseErrors + (allMessages log).size }
    if let some refusal := options.inspect command outcome.parseErrors then
      return { outcome with refused := refusal, notes := ← addNotes log outcome.notes }
    outcome := { outcome with notes := ← addNotes log outcome.notes }
    -- Lean drops the elaborator's errors on a half-parsed command if its log holds parse errors.
    let scopes := outcome.state.scopes
    let mut start := { outcome.state with messages := log }
    -- `example` may use what has no code, a `def` outside of `noncomputable section` may not.
    if renamed then start := setNoncomputable start
    let context := commandContext options.fileName input before.pos options.token
    let (state, ok) ← runCommand command context start
    let cancelled ← options.token.isSet
    let mut notes ← addNotes state.messages outcome.notes
    unless ok || cancelled do
      notes := notes.push { severity := "error", line := 1, column := 0, endLine := none,
                            endColumn := none, kind := "",
                            text := "the elaborator ended with an uncaught exception" }
    let state := { state with messages := {} }
    outcome := { outcome with notes, state := if renamed then { state with scopes } else state }
    if Parser.isTerminalCommand command || cancelled then break
  return outcome

end ProofloopNative
