import Lean

/-!
What differs, or is likely to differ, between versions of Lean: every use of an interface that has
changed before stands here, so that another toolchain needs changes in one file. Written for 4.28.
-/

open Lean

namespace ProofloopNative

/-- The environment of some modules with all their parts, as an ordinary file sees them. -/
unsafe def importPlain (modules : Array Name) : IO Environment := do
  -- Without it imported `initialize` declarations (options, extensions) are not set up.
  enableInitializersExecution
  importModules (modules.map fun module => { module }) {} (trustLevel := 1024) (loadExts := true)

/-- Where the compiled module should be; throws when no folder of the search path has its root. -/
def oleanOf (module : Name) : IO System.FilePath :=
  findOLean module

def kernelOf (env : Environment) : Kernel.Environment :=
  env.toKernelEnv

def addToKernel (env : Kernel.Environment) (declaration : Declaration)
    (token : IO.CancelToken) : Except Kernel.Exception Kernel.Environment :=
  -- No heartbeat limit of its own: the time limit of the check covers this part too.
  env.addDecl (maxHeartbeats.set {} 0) declaration (some token)

def kernelError (error : Kernel.Exception) : IO String := do
  (error.toMessageData {}).toString

/-- Whether the kernel finds that `type` is a proposition. -/
def isProposition (env : Kernel.Environment) (type : Expr) : Bool :=
  let env := Environment.ofKernelEnv env
  match Kernel.check env {} type with
  | .ok sort =>
    match Kernel.isDefEq env {} sort (mkSort levelZero) with
    | .ok same => same
    | .error _ => false
  | .error _ => false

/--
Whether an axiom of the environment was one in its source. Libraries may come without the proofs
of their theorems, which then are axioms of the environment only.
-/
def wasAxiom (env : Environment) (name : Name) : Bool :=
  match getOriginalConstKind? env name with
  | some kind => (kind matches .axiom)
  | none => true

def setsAutoImplicit (options : Options) : Bool :=
  options.contains `autoImplicit

def withAutoImplicit (options : Options) (on : Bool) : Options :=
  Elab.autoImplicit.set options on

/-- All messages of a log, reported or not. -/
def allMessages (log : MessageLog) : Array Message :=
  log.reportedPlusUnreported.toArray

def messageKind (message : Message) : String :=
  if message.kind.isAnonymous then "" else message.kind.toString

/-- Constants that were added to an environment after its imports. -/
def localConstants (env : Environment) : List (Name × ConstantInfo) :=
  env.constants.map₂.toList

def commandContext (fileName : String) (input : Parser.InputContext) (position : String.Pos.Raw)
    (token : IO.CancelToken) : Elab.Command.Context :=
  { fileName, fileMap := input.fileMap, cmdPos := position, snap? := none, cancelTk? := some token }

/-- Unfolds to the bare state function, so that the state survives an exception. -/
def runCommand (syntaxTree : Syntax) (context : Elab.Command.Context)
    (state : Elab.Command.State) : IO (Elab.Command.State × Bool) := do
  let ref ← IO.mkRef state
  let result ← (Elab.Command.elabCommandTopLevel syntaxTree context ref).toBaseIO
  return (← ref.get, result matches .ok _)

end ProofloopNative
