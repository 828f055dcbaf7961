import ProofloopNative.Axioms

/-!
The trusted half of a check: constants that came as data are rebuilt and added to a pristine
environment by Lean's kernel, one after the other, and what they rest on is collected. A name that
is already there, or a constant that mentions what is not, is refused by the kernel.
-/

open Lean

namespace ProofloopNative

structure KernelSession where
  env : Kernel.Environment
  base : AxiomTable
  added : Nat := 0
  axioms : Std.HashMap Name Axioms := {}
  constants : Std.HashMap Name Constant := {}
  order : Array Name := #[]
  /-- The constant at which the kernel stopped, and the axioms that it mentions. -/
  refused : Option (Name × Axioms) := none

abbrev KernelM := StateT KernelSession (ExceptT String IO)

/-- The constants of one declaration, which is one constant or a block of inductive types. -/
private def members (inductives : Std.HashMap Name Constant) (constant : Constant) :
    Rebuilt (List Constant) := do
  if constant.kind != "inductive" then return [constant]
  let block ← constant.all.mapM fun name =>
    match inductives[name]? with
    | some one => pure one
    | none => malformed "a block of inductives"
  unless block.any (·.name == constant.name) do malformed "a block of inductives"
  return block

private def declaration (constant : Constant) (block : List Constant) : Rebuilt Declaration := do
  let { name, levelParams, type, .. } := constant
  let value : Rebuilt Expr := match constant.value with
    | some value => pure value
    | none => malformed "a value"
  match constant.kind with
  | "axiom" => return .axiomDecl { name, levelParams, type, isUnsafe := false }
  | "def" =>
    return .defnDecl
      { name, levelParams, type, value := ← value, hints := constant.hints, safety := .safe }
  | "theorem" => return .thmDecl { name, levelParams, type, value := ← value }
  | "opaque" => return .opaqueDecl { name, levelParams, type, value := ← value, isUnsafe := false }
  | "inductive" =>
    let types := block.map fun one =>
      { name := one.name, type := one.type, ctors := one.constructors : InductiveType }
    return .inductDecl levelParams constant.numParams types false
  | _ => malformed "a kind of constant"

/-- Of a name that the kernel has accepted a mention of. -/
private def axiomsAt (name : Name) : KernelM Axioms := do
  let s ← get
  if let some axioms := s.axioms[name]? then return axioms
  if let some axioms ← s.base.of name then return axioms
  -- A recursor, made by the kernel with the inductive type that it is named after.
  if let .str type part := name then
    if part.startsWith "rec" && (s.constants[type]?).any (·.kind == "inductive") then
      return (s.axioms[type]?).getD #[]
  return #[.mkSimple s!"unknown constant {written name}"]

/-- What constants mention rests on. -/
private def axiomsOf (block : List Constant) : KernelM Axioms := do
  let mut axioms : Axioms := #[]
  for one in block do
    for e in one.type :: one.value.toList ++ one.constructors.map (·.type) do
      for name in e.getUsedConstants do
        axioms := axioms.union (← axiomsAt name)
  return axioms

private def recordAxioms (block : List Constant) : KernelM Unit := do
  let own : Axioms := (block.filter (·.kind == "axiom")).toArray.map (·.name)
  let names := block.flatMap fun one => one.name :: one.constructors.map (·.name)
  let set (axioms : Axioms) : KernelM Unit := modify fun s =>
    { s with axioms := names.foldl (fun table name => table.insert name axioms) s.axioms }
  -- Constructors mention their own types, so the set has to be in the table while it is filled.
  set own
  let axioms := own.union (← axiomsOf block)
  set axioms
  modify fun s => { s with
    constants := block.foldl (fun table one => table.insert one.name one) s.constants
    order := block.foldl (fun order one => order.push one.name) s.order }

/-- Add all constants of the data; an error names the first that the kernel refuses. `kept` holds
the session as far as it came, since an error loses the state. -/
def addAll (data : Json) (kept : IO.Ref KernelSession) (token : IO.CancelToken) :
    KernelM Unit := do
  let constants ← liftExcept (rebuildConstants data)
  let mut inductives : Std.HashMap Name Constant := {}
  for constant in constants do
    if constant.kind == "inductive" then
      if inductives.contains constant.name then throw "malformed data: an inductive type twice"
      inductives := inductives.insert constant.name constant
  let mut done : Std.HashSet Name := {}
  for constant in constants do
    if constant.kind == "inductive" && done.contains constant.name then continue
    let block ← liftExcept (members inductives constant)
    let made ← liftExcept (declaration constant block)
    match addToKernel (← get).env made token with
    | .ok env => modify fun s => { s with env, added := s.added + 1 }
    | .error error =>
      let text := (← (kernelError error : IO String)).take 500
      kept.set { ← get with refused := some (constant.name, ← axiomsOf block) }
      throw s!"the kernel refuses {constant.kind} {written constant.name}: {text}"
    recordAxioms block
    kept.set (← get)
    for one in block do done := done.insert one.name
where
  liftExcept {α : Type} (result : Rebuilt α) : KernelM α :=
    match result with
    | .ok value => pure value
    | .error message => throw message

end ProofloopNative
