import ProofloopProbes.Evaluate
import ProofloopProbes.Hygiene

/-!
# `instances`: values for the variables of a statement

Arguments: `milliseconds` (of the search), `most` (values tried for a single variable).

Answer: `witness`, values with which every hypothesis holds, or null; `counterexamples`, at most
three choices of values with which every hypothesis holds and the claim does not; `arguments`, what
the statement is applied to, in order, its own `∀` and `→` included: a list of `{role, name}`. A
choice of values is a list with one text for each argument, empty for hypotheses and instances; its
`sure` says whether all of it was computed and nothing sampled. `tried` is the number of choices
looked at.

Variables are chosen one by one. A hypothesis is looked at as soon as all its variables have values;
an equation that has one variable left is solved for it.
-/

namespace ProofloopProbes.Instances

open Lean Meta Elab
open ProofloopProbes.Evaluate ProofloopProbes.Hygiene

inductive Shape
  | number (kind : Kind)
  | prop
  /-- A function of `arity` numbers. -/
  | fn (inputs : List Kind) (output : Kind)
  deriving Inhabited

structure Variable where
  slot : Nat
  expr : Expr
  shape : Shape

/-- `lhs - rhs` where the claim is an equation between numbers. -/
structure Constraint where
  claim : Claim
  uses : List Nat
  difference : Option Num := none
  /-- The function variable that it defines: `∀ x, f x = rhs`. -/
  defines : Option Nat := none
  /-- Nothing else defines that variable. -/
  only : Bool := false
  /-- The slots of the quantified variables, and the defining term. -/
  inputs : List Nat := []
  body : Num := fun _ => none
  definition : Expr := default

structure Problem where
  variables : Array Variable
  constraints : Array Constraint
  goal : Claim
  literals : List Rat

structure Choice where
  env : Env
  texts : Std.HashMap Nat String
  sure : Bool

/-! ## Reading the statement -/

def shapeOf? (type : Expr) : MetaM (Option Shape) := do
  let type ← instantiateMVars type
  if type.isProp then return some .prop
  if let some kind ← kindOf? type then return some (.number kind)
  forallTelescope type fun xs result => do
    let some output ← kindOf? result | return none
    let mut inputs := #[]
    for x in xs do
      let some kind ← kindOf? (← inferType x) | return none
      inputs := inputs.push kind
    return if inputs.isEmpty then none else some (.fn inputs.toList output)

/-- Every numeral in the expression. -/
def literalsOf (e : Expr) : Array Nat :=
  go e #[]
where
  go (e : Expr) (found : Array Nat) : Array Nat :=
    match e with
    | .lit (.natVal n) => if n ≤ 100000 && !found.contains n then found.push n else found
    | .app f a => go a (go f found)
    | .lam _ t b _ | .forallE _ t b _ => go b (go t found)
    | .mdata _ e => go e found
    | .letE _ t v b _ => go b (go v (go t found))
    | .proj _ _ e => go e found
    | _ => found

/-- `∀ x y, f x y = rhs` as a definition of the variable `f`. -/
def definition? (scope : Scope) (hypothesis : Expr) : MetaM (Option Constraint) :=
  forallTelescope hypothesis fun xs equation => do
    let some (_, left, right) := equation.eq? | return none
    let .fvar f := left.getAppFn | return none
    let some slot := scope[f]? | return none
    if xs.isEmpty || left.getAppArgs != xs || right.containsFVar f then return none
    let mut inner := scope
    let mut inputs := #[]
    for x in xs do
      inputs := inputs.push inner.size
      inner := inner.insert x.fvarId! inner.size
    return some {
      claim := fun _ => none, uses := []
      defines := some slot, inputs := inputs.toList
      body := ← compileNum inner right
      definition := ← mkLambdaFVars xs right }

def constraintOf (scope : Scope) (hypothesis : Expr) : MetaM Constraint := do
  let uses := scope.toList.filterMap fun (id, slot) =>
    if hypothesis.containsFVar id then some slot else none
  let claim ← compileClaim scope hypothesis
  if let some definition ← definition? scope hypothesis then
    return { definition with claim, uses }
  let some (type, left, right) := hypothesis.eq? | return { claim, uses }
  unless (← kindOf? type).isSome do return { claim, uses }
  let (l, r) := (← compileNum scope left, ← compileNum scope right)
  let difference : Num := fun env => do return (← l env) - (← r env)
  return { claim, uses, difference := some difference }

/-- Conjunctions taken apart. -/
partial def conjuncts (e : Expr) : List Expr :=
  match e.consumeMData.and? with
  | some (a, b) => conjuncts a ++ conjuncts b
  | none => [e]

/-! ## Candidates -/

def rationalRoot? (q : Rat) : Option Rat :=
  let root (n : Nat) : Option Nat :=
    let r := (List.range 64).foldl (fun r _ => if r == 0 then 0 else (r + n / r) / 2) n
    [r - 1, r, r + 1].find? fun r => r * r == n
  if q < 0 then none else do
    let (n, d) := (← root q.num.natAbs, ← root q.den)
    return (n : Rat) / d

/-- The rational roots of a polynomial of degree at most 2 given at 0, 1, 2 and 3; none if it is
not one. -/
def roots (g : Rat → Option Rat) : Option (List Rat) := do
  let (g0, g1, g2, g3) := (← g 0, ← g 1, ← g 2, ← g 3)
  let second := g2 - 2 * g1 + g0
  guard (g3 - 2 * g2 + g1 == second)
  let a := second / 2
  let b := g1 - g0 - a
  if a == 0 then
    if b == 0 then none else some [-g0 / b]
  else
    let some root := rationalRoot? (b * b - 4 * a * g0) | some []
    some [(-b + root) / (2 * a), (-b - root) / (2 * a)]

def spread (kind : Kind) (reach : Nat) (literals : List Rat) : List Rat :=
  let naturals := (List.range (reach + 1)).map fun (n : Nat) => (n : Rat)
  let near := literals.flatMap fun q => [q, q - 1, q + 1, q / 2, q / 2 + 1]
  let all := match kind with
    | .nat => naturals ++ near
    | .int => (naturals.flatMap fun q => if q == 0 then [q] else [q, -q]) ++ near
    | .field =>
      let halves : List Rat := [0, 1, -1, 2, -2, 1 / 2, -1 / 2, 3, -3, 1 / 3, 3 / 2, 4, 5, -5, 10]
      halves.take (2 * reach + 1) ++ near.take (4 * reach)
    | .fin size => naturals.filter (· < size)
    | .bool => [0, 1]
  (all.filter kind.holds).eraseDups

/-- Some functions of one number, with their texts. -/
def functions (inputs : List Kind) (output : Kind) : List (String × (List Rat → Option Rat)) :=
  let constant (text : String) (q : Rat) :=
    (s!"fun {" ".intercalate (inputs.map fun _ => "_")} => {text}", fun (_ : List Rat) => some q)
  let unary (text : String) (f : Rat → Rat) :=
    (s!"fun x => {text}", fun (qs : List Rat) => do output.norm (f (← qs.head?)))
  [constant "0" 0, constant "1" 1] ++
    if inputs.length != 1 || (output == .nat && inputs != [.nat]) then []
    else [unary "x" id, unary "x + 1" (· + 1), unary "2 * x" (2 * ·), unary "x ^ 2" fun q => q * q]
      ++ (if output == .nat then [] else [unary "-x" fun q => -q, constant "(-1)" (-1)])

def numberText (q : Rat) : String :=
  if q.den == 1 then (if q.num < 0 then s!"({q.num})" else s!"{q.num}")
  else s!"({q.num} / {q.den})"

/-! ## The search -/

structure Search where
  deadline : Nat
  tried : Nat := 0
  witness : Option Choice := none
  counterexamples : Array Choice := #[]
  stopped : Bool := false

abbrev SearchM := StateRefT Search MetaM

def assigned (env : Env) (slot : Nat) : Bool :=
  match env[slot]? with
  | some (some _) => true
  | _ => false

/-- Whether no hypothesis whose variables all have values is false, and whether that is sure.
`made` are those that have theirs by a definition. -/
def consistent (problem : Problem) (env : Env) (made : List Nat) (last : Option Nat) :
    Option Bool := Id.run do
  let mut sure := true
  for c in problem.constraints do
    -- What it defines was made to satisfy it.
    if c.only && c.defines.any made.contains then continue
    if let some slot := last then
      unless c.uses.contains slot do continue
    unless c.uses.all (assigned env) do continue
    match c.claim env with
    | some (false, _) => return none
    | some (true, s) => sure := sure && s
    | none => sure := false
  return some sure

def leaf (problem : Problem) (env : Env) (made : List Nat) (texts : Std.HashMap Nat String) :
    SearchM Unit := do
  let some sure := consistent problem env made none | return
  let value := problem.goal env
  modify fun s => { s with witness := s.witness <|> some { env, texts, sure } }
  if let some (false, claimSure) := value then
    let choice := { env, texts, sure := sure && claimSure }
    modify fun s =>
      let all := s.counterexamples.push choice
      let best := if choice.sure && all.size > 3 then #[choice] ++ all.pop else all
      { s with
        counterexamples := best.extract 0 3
        stopped := s.stopped || choice.sure || all.size ≥ 40 }

/-- Every function defined by a hypothesis whose other variables have values. -/
def defined? (problem : Problem) (env : Env) :
    MetaM (Option (Nat × Value × Constraint)) := do
  for c in problem.constraints do
    let some slot := c.defines | continue
    if assigned env slot || !(c.uses.all fun s => s == slot || assigned env s) then continue
    let compute (qs : List Rat) : Option Rat :=
      c.body ((c.inputs.zip qs).foldl (fun env (slot, q) => put env slot q) env)
    return some (slot, .fn compute, c)
  return none

/-- The values that an equation with one number left allows for it. -/
def solved? (problem : Problem) (reach : Nat) (env : Env) : Option (Nat × List Rat) := Id.run do
  for c in problem.constraints do
    let some difference := c.difference | continue
    let [slot] := c.uses.filter (!assigned env ·) | continue
    let some x := problem.variables.find? (·.slot == slot) | continue
    let .number kind := x.shape | continue
    let some roots := roots fun q => difference (put env slot q) | continue
    -- What looks like a polynomial at four points is none where quotients and remainders are
    -- those of whole numbers.
    let others := if kind == .field then [] else spread kind reach problem.literals
    return some (slot, (roots ++ others).filter kind.holds |>.eraseDups)
  return none

/-- The defining term with the values of numbers put in, as text. -/
def definitionText (problem : Problem) (env : Env) (term : Expr) : MetaM String := do
  let mut term := term
  for x in problem.variables do
    if let (.number _, some (some (.num q))) := (x.shape, env[x.slot]?) then
      term := term.replaceFVar x.expr (← numeral (← inferType x.expr) q)
  let shown ← withOptions (fun o => (o.setBool `pp.numericTypes true).setBool
    `pp.coercions.types true |>.setBool `pp.funBinderTypes true) (ppExpr term)
  return s!"({shown.pretty 10000})"

partial def search (problem : Problem) (reach : Nat) (env : Env) (made : List Nat)
    (texts : Std.HashMap Nat String) : SearchM Unit := do
  if (← get).stopped then return
  modify fun s => { s with tried := s.tried + 1 }
  if (← get).tried % 64 == 0 then
    Core.checkInterrupted
    if (← IO.monoMsNow) > (← get).deadline then
      modify fun s => { s with stopped := true }
      return
  if let some (slot, value, c) ← defined? problem env then
    let text ← definitionText problem env c.definition
    return ← choose slot value text (slot :: made)
  let next (x : Variable) (candidates : List Rat) : SearchM Unit := do
    for q in candidates do
      if (← get).stopped then return
      choose x.slot (.num q) (numberText q)
  if let some (slot, candidates) := solved? problem reach env then
    if let some x := problem.variables.find? (·.slot == slot) then
      return ← next x candidates
  let free := problem.variables.filter (!assigned env ·.slot)
  let isFunction (x : Variable) : Bool := x.shape matches .fn ..
  -- What a hypothesis defines has its value by it, once all others have theirs.
  let isDefined (x : Variable) : Bool := problem.constraints.any (·.defines == some x.slot)
  let some x := (free.find? (!isFunction ·)) <|> (free.find? (!isDefined ·)) <|> free[0]?
    | leaf problem env made texts
  match x.shape with
  | .number .bool =>
    for b in [true, false] do choose x.slot (.num (if b then 1 else 0)) (toString b)
  | .number kind => next x (spread kind reach problem.literals)
  | .prop => for b in [true, false] do choose x.slot (.prop b) (if b then "True" else "False")
  | .fn inputs output =>
    for (text, f) in functions inputs output do
      if (← get).stopped then return
      choose x.slot (.fn f) s!"({text})"
where
  choose (slot : Nat) (value : Value) (text : String) (made := made) : SearchM Unit := do
    let env := env.set! slot (some value)
    if (consistent problem env made (some slot)).isSome then
      search problem reach env made (texts.insert slot text)

/-! ## The answer -/

structure Argument where
  expr : Expr
  role : String

/-- Whether ℚ, which is taken for every type, has the instances that are assumed; at those that are
about numbers (`[NeZero n]`) nobody has looked. -/
def instancesHold (arguments : Array Argument) : MetaM Bool := do
  let mut (variables, values) := (#[], #[])
  for { expr, role } in arguments do
    if role == "type" then
      (variables, values) := (variables.push expr, values.push (mkConst ``Rat))
    else if role == "instance" then
      let type := (← instantiateMVars (← inferType expr)).replaceFVars variables values
      -- Of any proposition there is one.
      if ← forallTelescope type fun _ result => return result.isAppOf ``Decidable then continue
      try
        -- Not by what is assumed itself.
        let found ← withLCtx (← getLCtx) #[] (synthInstance type)
        (variables, values) := (variables.push expr, values.push found)
      catch _ => return false
  return true

def choiceJson (arguments : Array Argument) (scope : Scope) (choice : Choice) : Json :=
  let values := arguments.map fun argument =>
    if argument.role == "type" then "Rat"
    else match scope[argument.expr.fvarId!]? with
      | some slot => choice.texts.getD slot ""
      | none => ""
  json% { values: $values, sure: $(choice.sure) }

/-- How far to go with single values, by the number of variables that have to be tried. -/
def reaches (most variables : Nat) : List Nat :=
  match variables with
  | 0 => [0]
  | 1 => [4, most]
  | 2 => [3, min most 40]
  | 3 => [2, min most 12]
  | _ => [1, min most 4]

def answer (binders : Array Expr) (claim : Expr) (milliseconds most : Nat) :
    TermElabM Json := do
  forallTelescope claim fun inner conclusion => do
    let mut arguments : Array Argument := #[]
    for x in binders ++ inner do
      arguments := arguments.push { expr := x, role := ← roleOf x }
    let mut scope : Scope := {}
    let mut variables := #[]
    let mut literals := literalsOf conclusion
    for { expr, role } in arguments do
      if role == "hypothesis" then
        literals := literals ++ literalsOf (← instantiateMVars (← inferType expr))
      else if role == "variable" then
        let some shape ← shapeOf? (← inferType expr) | continue
        variables := variables.push { slot := scope.size, expr, shape }
        scope := scope.insert expr.fvarId! scope.size
    let unknown ← arguments.anyM fun { expr, role } => do
      let isNew := !scope.contains expr.fvarId!
      return isNew && (role == "variable"
        || (role == "type" && (← instantiateMVars (← inferType expr)).isForall))
    let names ← arguments.mapM fun { expr, .. } => return toString (← expr.fvarId!.getUserName)
    let shown := arguments.zipWith (fun a (name : String) => json% { role: $(a.role), name: $name }) names
    if unknown then
      return json% { witness: null, counterexamples: [], arguments: $shown, tried: 0 }
    let mut constraints := #[]
    for { expr, role } in arguments do
      if role == "hypothesis" then
        for part in conjuncts (← instantiateMVars (← inferType expr)) do
          constraints := constraints.push (← constraintOf scope part)
    let definers := constraints.filterMap (·.defines)
    let marked := constraints.map fun c => { c with
      only := c.defines.any fun slot => (definers.filter (· == slot)).size == 1 }
    let problem : Problem := {
      variables, constraints := marked
      goal := ← compileClaim scope conclusion
      literals := literals.toList.eraseDups.take 12 |>.map fun (n : Nat) => (n : Rat) }
    let env : Env := Array.replicate scope.size none
    let deadline := (← IO.monoMsNow) + milliseconds
    let numbers := (variables.filter (·.shape matches .number _)).size
    let run : SearchM Unit := do
      for reach in reaches most numbers do
        unless (← get).stopped do search problem reach env [] {}
    let (_, found) ← run.run { deadline }
    let hold ← instancesHold arguments
    let choiceJson (choice : Choice) :=
      choiceJson arguments scope { choice with sure := choice.sure && hold }
    let witness := match found.witness with
      | some choice => choiceJson choice
      | none => Json.null
    return json% {
      witness: $witness,
      counterexamples: $((found.counterexamples.map choiceJson).toList.eraseDups),
      arguments: $shown,
      tried: $(found.tried) }

def instances : Probe := fun request => do
  let milliseconds ← request.argument "milliseconds" 5000
  let most ← request.argument "most" 200
  let signature ← parseSignature request.source
  withSignature signature false fun _ binders claim =>
    answer binders claim milliseconds most

end ProofloopProbes.Instances
