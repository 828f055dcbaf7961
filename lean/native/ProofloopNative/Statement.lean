import ProofloopNative.Check

/-!
The theorem asked for, elaborated from trusted text beside the theorem that was proved. The
statement itself may come from a model, so before anything of it is elaborated its syntax tree has
to be one `theorem` whose text can run no code here.
-/

open Lean

namespace ProofloopNative

private def proof : String := "\n:= sorry"

/-- Term syntax that runs code, reads files, or changes what a declaration means: whole kinds. -/
private def refused : List String :=
  ["byTactic", "byTactic'", "binderTactic", "unsafe", "set_option", "attributes", "attrInstance",
   "letrec", "letRecDecls", "quot", "dynamicQuot", "precheckedQuot", "runTerm", "includeStr"].map
    ("Lean.Parser.Term." ++ ·)

/-- Beginnings of kinds: of any longer word, and of whole words. -/
private def refusedParts : List String := ["Lean.byElab", "Lean.includeStr", "Lean.runTac"]
private def refusedWords : List String :=
  ["Lean.Parser.Tactic", "Lean.Elab", "Lean.Parser.Command", "Lean.Parser.Attr"]

private def allowedCommands : List String :=
  ["declaration", "declModifiers", "theorem", "declId", "declSig", "declValSimple", "docComment",
   "commentBody", "optDeclSig"].map ("Lean.Parser.Command." ++ ·)

private def isRefused (kind : String) : Bool :=
  refused.contains kind || refusedParts.any (fun part => kind.startsWith part)
    || refusedWords.any fun word => kind == word || kind.startsWith (word ++ ".")

private def extras (modifiers : Syntax) : Array Syntax :=
  (modifiers.getArgs.extract 1 modifiers.getNumArgs).filter (·.getNumArgs > 0)

/-- Why the parsed command is not one bare theorem with our `:= sorry` at its end. -/
private partial def objection (command : Syntax) (proofPosition : Nat) : Option String := Id.run do
  if command.getKind != ``Parser.Command.declaration then return "it is not a theorem"
  let modifiers := command[0]
  let theorem_ := command[1]
  if theorem_.getKind != ``Parser.Command.theorem then return "it is not a theorem"
  -- All but the doc comment.
  unless (extras modifiers).isEmpty do return "it has modifiers"
  let assign := theorem_[3][0]
  if assign.getPos?.map (·.byteIdx) != some proofPosition then return "it has a proof of its own"
  let ours := theorem_[3][1].getPos?
  let mut stack := #[command]
  while !stack.isEmpty do
    let node := stack.back!
    stack := stack.pop
    match node with
    | .node _ kind arguments =>
      let kind := written kind
      if !allowedCommands.contains kind && isRefused kind then return s!"it contains {kind}"
      stack := stack ++ arguments
    | .atom _ "sorry" =>
      if node.getPos? != ours then return "it contains sorry"
    | _ => pure ()
  return none

structure Asked where
  /-- What the statement declares, with what its file declares where `known` leaves that in. -/
  constants : Array Constant := #[]
  target : Name := .anonymous
  error : String := ""
  refused : Bool := false
  autoBound : Bool := false

structure StatementRequest where
  header : Header
  statement : String
  /-- Constants that both sides start from. -/
  known : NameSet
  autoImplicit : Bool
  token : IO.CancelToken

private def setByHeader (header : Header) : Bool :=
  header.state.scopes.any (setsAutoImplicit ·.opts)

private def elaborateOnce (request : StatementRequest) (autoImplicit : Bool) : IO Asked := do
  let { header, statement, known, token, .. } := request
  let proofPosition := statement.utf8ByteSize + 1
  let inspect (command : Syntax) (parseErrors : Nat) : Option String :=
    if parseErrors > 0 then some "it does not parse"
    else if Parser.isTerminalCommand command then
      if command.getKind == ``Parser.Command.eoi then none else some "it is more than one command"
    else match command.getPos? with
      | some place =>
        if place.byteIdx ≥ proofPosition then some "it is more than one command"
        else objection command proofPosition
      | none => some "it is not a theorem"
  let start := if setByHeader header then header.state else match header.state.scopes with
    | scope :: rest =>
      let opts := withAutoImplicit scope.opts autoImplicit
      { header.state with scopes := { scope with opts } :: rest }
    | [] => header.state
  let outcome ← runFrontend (statement ++ proof) start
    { fileName := "<statement>", token, inspect }
  let first := (outcome.notes.find? (·.isError)).map (·.text)
  if !outcome.refused.isEmpty then
    return { error := outcome.refused ++ (first.map (": " ++ ·)).getD "", refused := true }
  if let some text := first then return { error := text }
  let asked : Except String Asked := do
    let constants ← rebuildConstants (← exportConstants outcome.state.env known)
    let isNew (one : Constant) := one.kind == "theorem" && !header.names.contains one.name
    match (constants.filter isNew).toList with
    | [target] =>
      if target.type.getUsedConstants.contains ``sorryAx then throw "it contains sorry"
      return { constants, target := target.name }
    | _ => throw "it does not add exactly one theorem"
  match asked with
  | .ok asked => return asked
  | .error message => return { error := message }

/--
What a statement declares after a header, or an error. Names that nothing binds are errors unless
the header says otherwise; with `autoImplicit` they become variables, which is reported.
-/
def elaborateStatement (request : StatementRequest) : IO Asked := do
  let strict ← elaborateOnce request false
  if strict.error.isEmpty || strict.refused || setByHeader request.header then return strict
  let lenient ← elaborateOnce request true
  if !lenient.error.isEmpty then return strict
  if request.autoImplicit then return { lenient with autoBound := true }
  return { error := s!"{strict.error} (with auto-bound implicits it would be a variable)" }

end ProofloopNative
