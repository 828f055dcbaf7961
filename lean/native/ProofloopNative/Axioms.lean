import ProofloopNative.Rebuild

/-!
Which axioms constants rest on. Those of a trusted environment are read from its constants' bodies
and remembered; those of checked declarations are recorded as the kernel takes them.
-/

open Lean

namespace ProofloopNative

/-- Names of axioms, each once, and `library`. -/
abbrev Axioms := Array Name

/-- Stands for whatever a library constant rests on whose body this Lean does not have. No constant
can have this name. -/
def library : Name := .anonymous

def Axioms.union (a b : Axioms) : Axioms :=
  b.foldl (fun all name => if all.contains name then all else all.push name) a

/-- Of constants in a trusted environment: the table grows as it is asked. -/
structure AxiomTable where
  env : Environment
  known : IO.Ref (Std.HashMap Name Axioms)

def AxiomTable.new (env : Environment) : BaseIO AxiomTable := do
  return { env, known := ← IO.mkRef {} }

/-- Inductive types of one block, their constructors and recursors mention each other: one entry. -/
private def representative (env : Environment) (name : Name) : Name :=
  let head (name : Name) : Name :=
    match env.find? name with
    | some (.inductInfo v) => v.all.headD name
    | _ => name
  match env.find? name with
  | some (.ctorInfo v) => head v.induct
  | some (.recInfo v) => v.all.headD name
  | _ => head name

private def mentionedBy (env : Environment) (name : Name) : Array Name :=
  let typeOf (name : Name) : Array Name := ((env.find? name).map (·.type.getUsedConstants)).getD #[]
  match env.find? name with
  | some (.inductInfo v) => v.all.toArray.flatMap fun one =>
    match env.find? one with
    | some (.inductInfo w) => typeOf one ++ w.ctors.toArray.flatMap typeOf
    | _ => typeOf one
  | some (.defnInfo v) => v.type.getUsedConstants ++ v.value.getUsedConstants
  | some (.thmInfo v) => v.type.getUsedConstants ++ v.value.getUsedConstants
  | some (.opaqueInfo v) => v.type.getUsedConstants ++ v.value.getUsedConstants
  | some info => info.type.getUsedConstants
  | none => #[]

/-- None for a name that is not in the environment. -/
partial def AxiomTable.of (table : AxiomTable) (name : Name) : BaseIO (Option Axioms) := do
  let env := table.env
  if (env.find? name).isNone then return none
  let root := representative env name
  let mut stack : Array (Name × Option (Array Name)) := #[(root, none)]
  let mut opened : Std.HashSet Name := {}
  while !stack.isEmpty do
    let (current, parts) := stack.back!
    stack := stack.pop
    if (← table.known.get).contains current then continue
    match parts with
    | none =>
      if opened.contains current then continue
      opened := opened.insert current
      let parts := (mentionedBy env current).map (representative env)
      stack := stack.push (current, some parts)
      for part in parts do
        unless opened.contains part do stack := stack.push (part, none)
    | some parts =>
      let known ← table.known.get
      let own : Axioms := match env.find? current with
        | some (.axiomInfo _) => #[if wasAxiom env current then current else library]
        | _ => #[]
      let axioms := parts.foldl (fun all part => all.union ((known[part]?).getD #[])) own
      table.known.modify (·.insert current axioms)
  return (← table.known.get)[root]?

end ProofloopNative
