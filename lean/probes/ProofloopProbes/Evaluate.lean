import ProofloopProbes.Basic

/-!
# Statements as functions that can be run

An expression over ℕ, ℤ, ℚ, an ordered field or `Fin n` is compiled, once, into a function from
values of its free variables to a rational number or a truth value. A field that is not ℚ is taken
at rational points. Three truth values, and whether they are sure: a universal claim over an
infinite type that holds at all samples is true as far as is known. What is found by running is a
guess to be proved, so nothing here has to be trusted.
-/

namespace ProofloopProbes.Evaluate

open Lean Meta

/-- How a number type computes. -/
inductive Kind | nat | int | field | fin (size : Nat) | bool
  deriving BEq, Inhabited

inductive Value
  | num (q : Rat)
  | prop (b : Bool)
  | fn (f : List Rat → Option Rat)
  deriving Inhabited

/-- Values of the variables, in the order in which they were bound; none: not chosen yet. -/
abbrev Env := Array (Option Value)

/-- none: not known; otherwise the value, and whether that is sure. -/
abbrev Truth := Option (Bool × Bool)

abbrev Num := Env → Option Rat
abbrev Claim := Env → Truth
abbrev Range := Env → Option (List Rat)

/-- Where each free variable's value is in the environment. -/
abbrev Scope := Std.HashMap FVarId Nat

def kindOf? (type : Expr) : MetaM (Option Kind) := do
  let type ← whnfR type
  match type.getAppFnArgs with
  | (``Nat, _) => return some .nat
  | (``Int, _) => return some .int
  | (``Rat, _) | (`Real, _) => return some .field
  | (``Bool, _) => return some .bool
  | (``Fin, #[n]) => return (← (evalNat n).run).map .fin
  | _ => return if type.isFVar && (← inferType type).isSort && !(← isProp type)
      then some .field else none

/-- Fields in which the rational numbers lie with their order: there the values mean what they do
in ℚ. -/
def holdsRationals (type : Expr) : MetaM Bool := do
  if (← whnfR type).getAppFn.constName? ∈ [some ``Rat, some `Real] then return true
  let instances := [``Lean.Grind.Field, ``Lean.Grind.OrderedRing]
  try
    for name in instances do
      let (args, _, _) ← forallMetaTelescope (← inferType (← mkConstWithFreshMVarLevels name))
      args[0]!.mvarId!.assign type
      discard <| synthInstance (← mkAppOptM name (#[some type] ++ Array.replicate (args.size - 1) none))
    return true
  catch _ => return false

def Kind.norm : Kind → Rat → Option Rat
  | .nat, q => if q.den == 1 then some (if q < 0 then 0 else q) else none
  | .int, q => if q.den == 1 then some q else none
  | .fin size, q => if q.den == 1 then some ((q.num % (size : Int) : Int) : Rat) else none
  | .bool, q | .field, q => some q

/-- Whether a number is a value of the type, as it stands. -/
def Kind.holds (kind : Kind) (q : Rat) : Bool :=
  match kind with
  | .bool => q == 0 || q == 1
  | kind => kind.norm q == some q

/-! ## Arithmetic -/

def divide (kind : Kind) (a b : Rat) : Option Rat :=
  match kind with
  | .nat | .fin _ => some ((a.num.toNat / b.num.toNat : Nat) : Rat)
  | .int => some ((a.num / b.num : Int) : Rat)
  | _ => some (if b == 0 then 0 else a / b)

def modulo (kind : Kind) (a b : Rat) : Option Rat :=
  match kind with
  | .nat | .fin _ | .int => some ((a.num % b.num : Int) : Rat)
  | _ => none

/-- No power with more digits than this is computed. -/
def mostBits : Nat := 20000

def power (kind : Kind) (a e : Rat) : Option Rat := do
  guard (e.den == 1)
  let size := Nat.log2 (a.num.natAbs + a.den) + 1
  guard (e.num.natAbs * size ≤ mostBits)
  if 0 ≤ e.num then kind.norm (a ^ e.num.toNat)
  else if kind == .field then some (if a == 0 then 0 else (1 / a) ^ e.num.natAbs) else none

def factorial (n : Nat) : Nat := (List.range n).foldl (fun p k => p * (k + 1)) 1

def choose (n k : Nat) : Nat :=
  if n < k then 0 else (List.range k).foldl (fun p i => p * (n - i) / (i + 1)) 1

def isPrime (n : Nat) : Bool := Id.run do
  if n < 2 then return false
  for d in [2:n] do
    if n < d * d then break
    if n % d == 0 then return false
  return true

/-- The number as a term of that type. -/
def numeral (type : Expr) (q : Rat) : MetaM Expr := do
  let nat (n : Nat) : MetaM Expr :=
    mkAppOptM ``OfNat.ofNat #[type, mkRawNatLit n, none]
  let whole ← nat q.num.natAbs
  let signed ← if q.num < 0 then mkAppM ``Neg.neg #[whole] else pure whole
  if q.den == 1 then return signed else mkAppM ``HDiv.hDiv #[signed, ← nat q.den]

/-! ## Truth -/

namespace Truth

def not (a : Truth) : Truth := a.map fun (b, sure) => (!b, sure)

def and (a b : Truth) : Truth :=
  match a, b with
  | some (false, s), some (false, t) => some (false, s || t)
  | some (false, s), _ | _, some (false, s) => some (false, s)
  | some (true, s), some (true, t) => some (true, s && t)
  | _, _ => none

def or (a b : Truth) : Truth := not (and (not a) (not b))

def imp (a b : Truth) : Truth := or (not a) b

def iff (a b : Truth) : Truth := and (imp a b) (imp b a)

def sure (b : Bool) : Truth := some (b, true)

/-- What a number may rest on: a number has no doubt about it. -/
def known : Bool × Bool → Option Bool
  | (b, true) => some b
  | (_, false) => none

/-- Of all samples; `whole`: they are all there is. -/
def all (whole : Bool) (samples : List Rat) (claim : Rat → Truth) : Truth := Id.run do
  let mut known := true
  let mut certain := whole
  for q in samples do
    match claim q with
    | some (false, true) => return some (false, true)
    | some (false, false) => return some (false, false)
    | some (true, s) => certain := certain && s
    | none => known := false
  return if known then some (true, certain) else none

end Truth

/-- Samples of a type that a quantifier ranges over, and whether they are all of it. -/
def samplesOf : Kind → List Rat × Bool
  | .nat => ((List.range 13).map fun (n : Nat) => (n : Rat), false)
  | .int => ((List.range 13).map fun (n : Nat) => (n : Rat) - 6, false)
  | .field => ([-3, -2, -1, -1 / 2, 0, 1 / 3, 1 / 2, 1, 2, 3, 5], false)
  | .fin size => if size ≤ 64 then ((List.range size).map fun (n : Nat) => (n : Rat), true)
      else ([0, 1, 2], false)
  | .bool => ([0, 1], true)

/-! ## Compilation -/

def numOp (f : Rat → Rat → Option Rat) (a b : Num) : Num := fun env => do f (← a env) (← b env)

/-- Longest range that is listed. -/
def longestRange : Nat := 3000

def rangeOf (first last : Rat) : Option (List Rat) :=
  let count := (last - first + 1).num
  if first.den != 1 || last.den != 1 || count > longestRange then none
  else some <| (List.range count.toNat).map fun (n : Nat) => first + n

def unaryNumbers : List (Name × (Rat → Rat)) := [
  (``Nat.succ, (· + 1)), (``Nat.pred, fun q => if q == 0 then 0 else q - 1),
  (``Int.natAbs, fun q => if q < 0 then -q else q), (`abs, fun q => if q < 0 then -q else q),
  (``Int.toNat, fun q => if q < 0 then 0 else q),
  (``Rat.num, fun q => q.num), (``Rat.den, fun q => q.den),
  (``Rat.floor, fun q => q.floor), (``Rat.ceil, fun q => q.ceil),
  (``Nat.cast, id), (``Int.cast, id), (``NatCast.natCast, id), (``IntCast.intCast, id),
  (``Int.ofNat, id), (`Rat.cast, id), (``Fin.val, id), (``Bool.toNat, id),
  (`Nat.factorial, fun q => if q ≤ 200 then factorial q.num.toNat else 0)]

def binaryNumbers : List (Name × (Rat → Rat → Rat)) := [
  (``Nat.gcd, fun a b => Nat.gcd a.num.toNat b.num.toNat),
  (``Nat.lcm, fun a b => Nat.lcm a.num.toNat b.num.toNat),
  (``Int.gcd, fun a b => Int.gcd a.num b.num),
  (``Max.max, fun a b => if a < b then b else a), (``Min.min, fun a b => if a < b then a else b),
  (`Nat.choose, fun a b => choose a.num.toNat b.num.toNat)]

mutual

partial def compileNum (scope : Scope) (e : Expr) : MetaM Num := do
  let e := e.consumeMData.headBeta
  let some kind ← kindOf? (← inferType e) | return fun _ => none
  let norm (n : Num) : Num := fun env => do kind.norm (← n env)
  let num := compileNum scope
  match e with
  | .fvar id =>
    let some i := scope[id]? | return fun _ => none
    return fun env => match env[i]? with
      | some (some (.num q)) => some q
      | _ => none
  | .lit (.natVal n) => return fun _ => some n
  | _ =>
  match e.getAppFnArgs with
  | (``OfNat.ofNat, #[_, n, _]) =>
    let some n := n.rawNatLit? | return fun _ => none
    return norm fun _ => some n
  | (``OfScientific.ofScientific, #[_, _, m, s, x]) =>
    let (some m, some x) := (m.rawNatLit?, x.rawNatLit?) | return fun _ => none
    let value : Rat := if s.isConstOf ``true then m / 10 ^ x else m * 10 ^ x
    return fun _ => some value
  | (``true, _) => return fun _ => some 1
  | (``false, _) => return fun _ => some 0
  | (``HAdd.hAdd, #[_, _, _, _, a, b]) => return norm (numOp (some <| · + ·) (← num a) (← num b))
  | (``HSub.hSub, #[_, _, _, _, a, b]) => return norm (numOp (some <| · - ·) (← num a) (← num b))
  | (``HMul.hMul, #[_, _, _, _, a, b]) => return norm (numOp (some <| · * ·) (← num a) (← num b))
  | (``HDiv.hDiv, #[_, _, _, _, a, b]) => return norm (numOp (divide kind) (← num a) (← num b))
  | (``HMod.hMod, #[_, _, _, _, a, b]) => return numOp (modulo kind) (← num a) (← num b)
  | (``HPow.hPow, #[_, _, _, _, a, b]) => return norm (numOp (power kind) (← num a) (← num b))
  | (``Neg.neg, #[_, _, a]) => let a ← num a; return norm fun env => do return -(← a env)
  | (``Inv.inv, #[_, _, a]) =>
    let a ← num a
    return fun env => do
      guard (kind == .field)
      let q ← a env
      return if q == 0 then 0 else 1 / q
  | (``ite, #[_, c, _, a, b]) =>
    let (c, a, b) := (← compileClaim scope c, ← num a, ← num b)
    return fun env => do if ← Truth.known (← c env) then a env else b env
  | (head, args) =>
    if head == `Nat.factorial then
      let a ← num args[0]!
      return fun env => do let q ← a env; guard (q ≤ 200); return factorial q.num.toNat
    if let (some f, some last) := (unaryNumbers.lookup head, args.back?) then
      let a ← num last
      return norm fun env => do return f (← a env)
    if let (some f, [b, a]) := (binaryNumbers.lookup head, args.toList.reverse.take 2) then
      return norm (numOp (fun a b => some (f a b)) (← num a) (← num b))
    if head ∈ [`Finset.sum, `Finset.prod] && args.size ≥ 2 then
      return ← compileSum scope (head == `Finset.sum) kind args[args.size - 2]! args[args.size - 1]!
    if head ∈ [`Finset.card, `List.card, ``List.length] && args.size ≥ 1 then
      let range ← compileRange scope args.back!
      return fun env => do return ((← range env).length : Nat)
    if let .fvar id := e.getAppFn then
      let some i := scope[id]? | return fun _ => none
      let inputs ← args.toList.mapM num
      return fun env => match env[i]? with
        | some (some (.fn f)) => do kind.norm (← f (← inputs.mapM (· env)))
        | _ => none
    return fun _ => none

partial def compileSum (scope : Scope) (adds : Bool) (kind : Kind) (range term : Expr) :
    MetaM Num := do
  let range ← compileRange scope range
  let .lam name type body info := term.consumeMData | return fun _ => none
  withLocalDecl name info type fun x => do
    let (slot, scope) := bind scope x
    let body ← compileNum scope (body.instantiate1 x)
    return fun env => do
      let mut total : Rat := if adds then 0 else 1
      for q in (← range env) do
        let value ← body (put env slot q)
        total ← kind.norm (if adds then total + value else total * value)
      return total

/-- The next free place. -/
partial def bind (scope : Scope) (x : Expr) : Nat × Scope :=
  (scope.size, scope.insert x.fvarId! scope.size)

partial def put (env : Env) (slot : Nat) (q : Rat) : Env :=
  let env := if env.size ≤ slot then env ++ Array.replicate (slot + 1 - env.size) none else env
  env.set! slot (some (.num q))

partial def compileRange (scope : Scope) (e : Expr) : MetaM Range := do
  let e := e.consumeMData.headBeta
  let num := compileNum scope
  let between (a b : Num) (low high : Rat) : Range := fun env => do
    rangeOf ((← a env) + low) ((← b env) + high)
  match e.getAppFnArgs with
  | (`Finset.range, #[n]) | (``List.range, #[n]) =>
    return between (fun _ => some 0) (← num n) 0 (-1)
  | (`Finset.filter, args) =>
    let (some p, some s) := (args.find? (·.isLambda), args.back?) | return fun _ => none
    let range ← compileRange scope s
    let .lam name type body info := p | return fun _ => none
    withLocalDecl name info type fun x => do
      let (slot, scope) := bind scope x
      let body ← compileClaim scope (body.instantiate1 x)
      return fun env => do
        (← range env).filterM fun q => do Truth.known (← body (put env slot q))
  | (`Nat.divisors, #[n]) =>
    let n ← num n
    return fun env => do
      let n ← n env
      return (← rangeOf 1 n).filter fun d => n.num % d.num == 0
  | (`Nat.properDivisors, #[n]) =>
    let n ← num n
    return fun env => do
      let n ← n env
      return (← rangeOf 1 (n - 1)).filter fun d => n.num % d.num == 0
  | (head, args) =>
    unless args.size ≥ 2 do return fun _ => none
    let (a, b) := (args[args.size - 2]!, args[args.size - 1]!)
    match head with
    | `Finset.Icc => return between (← num a) (← num b) 0 0
    | `Finset.Ico => return between (← num a) (← num b) 0 (-1)
    | `Finset.Ioc => return between (← num a) (← num b) 1 0
    | `Finset.Ioo => return between (← num a) (← num b) 1 (-1)
    | _ => return fun _ => none

partial def compileClaim (scope : Scope) (e : Expr) (unfoldings : Nat := 8) : MetaM Claim := do
  let e := e.consumeMData.headBeta
  let claim (e : Expr) := compileClaim scope e unfoldings
  let compare (a b : Expr) (holds : Rat → Rat → Bool) : MetaM Claim := do
    let (a, b) := (← compileNum scope a, ← compileNum scope b)
    return fun env => do
      let (a, b) := (← a env, ← b env)
      return (holds a b, true)
  let both (f : Truth → Truth → Truth) (a b : Expr) : MetaM Claim := do
    let (a, b) := (← claim a, ← claim b)
    return fun env => f (a env) (b env)
  let isNumber (type : Expr) : MetaM Bool := return (← kindOf? type).isSome
  match e with
  | .fvar id =>
    let some i := scope[id]? | return fun _ => none
    return fun env => match env[i]? with
      | some (some (.prop b)) => .sure b
      | _ => none
  | .forallE name type body info =>
    if (← isProp type) && !body.hasLooseBVars then
      return ← both .imp type body
    quantified true name info type body
  | _ =>
  match e.getAppFnArgs with
  | (``True, _) => return fun _ => .sure true
  | (``False, _) => return fun _ => .sure false
  | (``And, #[a, b]) => both .and a b
  | (``Or, #[a, b]) => both .or a b
  | (``Iff, #[a, b]) => both .iff a b
  | (``Not, #[a]) => let a ← claim a; return fun env => .not (a env)
  | (``Exists, #[_, .lam name type body info]) => quantified false name info type body
  | (``Eq, #[type, a, b]) =>
    if type.isProp then both .iff a b
    else if ← isNumber type then compare a b (· == ·)
    else return fun _ => none
  | (``Ne, #[type, a, b]) => claim (mkNot (mkApp3 (mkConst ``Eq [← getLevel type]) type a b))
  | (``LT.lt, #[type, _, a, b]) => if ← isNumber type then compare a b (· < ·) else unfold e
  | (``LE.le, #[type, _, a, b]) => if ← isNumber type then compare a b (· ≤ ·) else unfold e
  | (``GT.gt, #[type, _, a, b]) => if ← isNumber type then compare b a (· < ·) else unfold e
  | (``GE.ge, #[type, _, a, b]) => if ← isNumber type then compare b a (· ≤ ·) else unfold e
  | (``Dvd.dvd, #[type, _, a, b]) =>
    match ← kindOf? type with
    | some .nat | some .int =>
      compare a b fun a b => if a == 0 then b == 0 else b.num % a.num == 0
    | some .field => compare a b fun a b => a != 0 || b == 0
    | _ => return fun _ => none
  | (`Even, args) => parity args.back! 0
  | (`Odd, args) => parity args.back! 1
  | (`Nat.Prime, #[p]) => compare p p fun p _ => isPrime p.num.toNat
  | (``Membership.mem, #[_, _, _, range, x]) =>
    let (listed, member) := (← compileRange scope range, ← compileNum scope x)
    let other ← unfold e
    return fun env => match listed env, member env with
      | some range, some q => .sure (range.contains q)
      | _, _ => other env
  | _ => unfold e
where
  parity (x : Expr) (rest : Int) : MetaM Claim := do
    let kind ← kindOf? (← inferType x)
    let x ← compileNum scope x
    return fun env => do
      let q ← x env
      match kind with
      | some .field => return (true, true)
      | some .nat | some .int => return (q.num % 2 == rest, true)
      | _ => none -- among 0, 1, 2 also 1 is even: 2 + 2
  quantified (all : Bool) (name : Name) (info : BinderInfo) (type body : Expr) : MetaM Claim := do
    let some kind ← kindOf? type | return fun _ => none
    let (samples, whole) := samplesOf kind
    withLocalDecl name info type fun x => do
      let (slot, scope) := bind scope x
      let body ← compileClaim scope (body.instantiate1 x) unfoldings
      return fun env =>
        if all then .all whole samples fun q => body (put env slot q)
        else .not <| .all whole samples fun q => .not (body (put env slot q))
  unfold (e : Expr) : MetaM Claim := do
    if unfoldings == 0 then return fun _ => none
    let next ← withReducibleAndInstances (whnf e)
    let next? ← if next == e then unfoldDefinition? e else pure (some next)
    match next? with
    | some next => compileClaim scope next (unfoldings - 1)
    | none => return fun _ => none

end

end ProofloopProbes.Evaluate
