import ProofloopProbes.Evaluate

/-!
# `hygiene`: what a statement is made of

Takes no arguments. Reads `theorem t (binders) : claim` as Lean's elaborator does. Answer:

* `binders`: in order, those of the header's `variable`s (`origin` "header"), those that auto-bound
  implicits would add ("auto"), those of the text ("signature"), each with its `role` and the
  indices of the binders that its type `uses`;
* `claim`, printed, and `claim_uses`;
* `traps`: places where a total function may return something that mathematics would not (a
  truncated difference, a rounded quotient, a division by zero, a wrapped numeral), unless core
  Lean's automation shows from the hypotheses that it does not;
* `parts`: the levels, and the places of binders, claim and conclusion (the claim past its own `∀`
  and `→`);
* or only `error`, in Lean's words, for a text that is no theorem header or does not elaborate.

Places are pairs of offsets in code points. Auto-bound implicits are tried only when the text does
not elaborate without.
-/

namespace ProofloopProbes.Hygiene

open Lean Meta Elab

/-- `theorem t (binders) : claim` in its parts. -/
structure Signature where
  levels : List Name
  binders : Array Syntax
  claim : Syntax

/-- What a claim says past the `∀` and `→` that it starts with. -/
partial def conclusionOf (claim : Syntax) : Syntax :=
  if claim.getKind ∈ [``Parser.Term.forall, ``Parser.Term.arrow, ``Parser.Term.depArrow,
      `Lean.«term∀__,_»] then
    conclusionOf claim.getArgs.back!
  else claim

/-- The parts of a theorem header without proof; an error in Lean's words if it does not parse. -/
def parseSignature (source : String) : Command.CommandElabM Signature := do
  match Parser.runParserCategory (← getEnv) `command (source ++ "\n:= sorry") "<statement>" with
  | .error message => throwError message
  | .ok stx =>
    let body := stx[1]
    unless body.isOfKind ``Parser.Command.theorem do throwError "it is not a theorem"
    let ids := body[1][1][1].getSepArgs
    return {
      levels := (ids.map (·.getId)).toList.reverse
      binders := body[2][0].getArgs
      claim := body[2][1][1] }

/-- The variables that auto-bound implicits have added so far. -/
def autoBound : TermElabM (Array Expr) := do
  return ((← read).autoBoundImplicitContext.map (·.boundVariables.toArray)).getD #[]

/-- Fails where Lean's own elaborator of theorems would: on what was postponed, whose errors are only
logged, and on what stays unknown. The type of an auto-bound variable may: it would become a
variable too. -/
def failOnErrors (types : Array Expr) : TermElabM Unit := do
  let mvarsOf (types : Array Expr) : MetaM (Array MVarId) :=
    types.foldlM (fun found type => return found ++ (← getMVars type)) #[]
  let free ← mvarsOf (← (← autoBound).mapM (inferType ·))
  discard <| Term.logUnassignedUsingErrorInfos ((← mvarsOf types).filter (!free.contains ·))
  let failed := (← Core.getMessageLog).toList.find? (·.severity matches .error)
  if let some message := failed then throwError message.data

/-- Elaborates a signature and runs `k` where its header's variables, its own binders and, past
them, the arguments of a claim that starts with `∀` or `→` are in the context. -/
def withSignature {α : Type} (signature : Signature) (bindMissing : Bool)
    (k : (vars binders : Array Expr) → (claim : Expr) → TermElabM α) : Command.CommandElabM α :=
  Command.runTermElabM fun vars =>
    withOptions (fun options =>
      (options.setBool `autoImplicit bindMissing).setBool `relaxedAutoImplicit bindMissing) <|
    Term.withLevelNames signature.levels <| Term.withAutoBoundImplicit <|
    Term.withoutErrToSorry <| Term.elabBinders signature.binders fun binders => do
      let claim ← Term.elabType signature.claim
      Term.synthesizeSyntheticMVarsNoPostponing
      failOnErrors ((← binders.mapM (inferType ·)).push claim)
      k vars ((← autoBound) ++ binders) (← instantiateMVars claim)

/-! ## Where a piece of an expression stands in the text -/

/-- The expression with the user's names in the place of free variables, so that the same piece met
under another telescope is the same key. -/
def canonical (lctx : LocalContext) (e : Expr) : Expr :=
  (e.replace fun
    | .fvar id => (lctx.find? id).map fun decl => mkConst decl.userName
    | .mdata _ e => some e
    | _ => none)

/-- From canonical expressions to the places (byte offsets) where they were elaborated. -/
structure Places where
  terms : Std.HashMap Expr (Array (Nat × Nat)) := {}
  /-- Where a variable is bound. -/
  binders : Std.HashMap FVarId (Nat × Nat) := {}

def placeOf? (stx : Syntax) : Option (Nat × Nat) := do
  return ((← stx.getPos?).byteIdx, (← stx.getTailPos?).byteIdx)

/-- The places of every elaborated term. -/
partial def placesOf (trees : PersistentArray InfoTree)
    (assignment : PersistentHashMap MVarId InfoTree) : MetaM Places := do
  let places ← IO.mkRef ({} : Places)
  let rec visit (tree : InfoTree) : MetaM Unit := do
    match tree with
    | .context _ tree => visit tree
    | .hole id => if let some tree := assignment.find? id then visit tree
    | .node info children =>
      if let .ofTermInfo { lctx, expr, stx, isBinder, .. } := info then
        if let some place := placeOf? stx then
          let expr ← instantiateMVars expr
          if isBinder && expr.isFVar then
            places.modify fun p => { p with binders := p.binders.insertIfNew expr.fvarId! place }
          let key := canonical lctx expr
          places.modify fun p => { p with terms := p.terms.alter key fun
            | some old => some (if old.contains place then old else old.push place)
            | none => some #[place] }
      children.forM visit
  trees.forM visit
  places.get

/-! ## What can be shown of an operand -/

/-- Heartbeats (thousands) of one attempt. -/
def attemptHeartbeats : Nat := 4000

/-- Whether core Lean's automation proves `goal` from the context at once. -/
def provable (goal : Expr) : TermElabM Bool := do
  let tactics ← `(tactic| first
    | omega
    | grind
    | (simp_all; done)
    | (simp_all; omega))
  withTheReader Core.Context (fun c => { c with maxHeartbeats := attemptHeartbeats * 1000 }) <|
    withCurrHeartbeats do
      let saved ← Term.saveState
      let shown ← tryCatchRuntimeEx (do
          let hole ← mkFreshExprSyntheticOpaqueMVar goal
          let (left, _) ← runTactic hole.mvarId! tactics
          return left.isEmpty && !(← instantiateMVars hole).hasSorry)
        fun _ => return false
      saved.restore
      Core.checkInterrupted
      return shown

/-- A number type where `-`, `/` are not those of a field. -/
inductive Whole | nat | int
  deriving BEq

def wholeType? (type : Expr) : MetaM (Option Whole) := do
  match (← whnfR type) with
  | .const ``Nat _ => return some .nat
  | .const ``Int _ => return some .int
  | _ => return none

def literal? (e : Expr) : Option Nat :=
  match e.consumeMData with
  | .lit (.natVal n) => some n
  | e => match e.getAppFnArgs with
    | (``OfNat.ofNat, #[_, n, _]) => n.rawNatLit?
    | _ => none

/-! ## Suspicious applications -/

/-- What stands around an application. -/
structure Around where
  castTo : Option Expr := none
  exponent : Bool := false

structure Trap where
  kind : String
  /-- The application itself. -/
  piece : Expr
  shown : String
  operands : Array String := #[]
  castTo : String := ""
  exponent : Bool := false
  /-- No variable stands in it: its value is wrong or right once and for all. -/
  closed : Bool := false
  key : Expr

structure Found where
  traps : Array Trap := #[]

abbrev WalkM := StateRefT Found TermElabM

def report (kind : String) (piece : Expr) (operands : Array Expr) (around : Around) :
    WalkM Unit := do
  let show_ (e : Expr) : MetaM String := return toString (← ppExpr e)
  let trap : Trap := {
    kind, piece
    shown := ← show_ piece
    operands := ← operands.mapM (show_ ·)
    castTo := ← match around.castTo with
      | some type => show_ type
      | none => pure ""
    exponent := around.exponent
    closed := !piece.hasFVar
    key := canonical (← getLCtx) piece }
  modify fun found => { found with traps := found.traps.push trap }

/-- Reports unless `goal` is shown. -/
def reportUnless (goal : MetaM Expr) (kind : String) (piece : Expr) (operands : Array Expr)
    (around : Around) : WalkM Unit := do
  let shown ← try provable (← goal) catch _ => pure false
  unless shown do report kind piece operands around

def zeroOf (e : Expr) : MetaM Expr := do
  let type ← inferType e
  mkAppOptM ``OfNat.ofNat #[type, mkRawNatLit 0, none]

def notZero (e : Expr) : MetaM Expr := do mkAppM ``Ne #[e, ← zeroOf e]

/-- The value of an expression without variables, where it is computed. -/
def closedValue? (e : Expr) : MetaM (Option Rat) := do
  return (← Evaluate.compileNum {} e) #[]

mutual

/-- Whether `e` is shown to be above 0, by its form and by what is known of its parts. Numerals and
casts are taken to be as in ℕ, ℤ, ℚ or an ordered field. -/
partial def positive (e : Expr) : TermElabM Bool := do
  if let some q ← closedValue? e then return 0 < q
  let apart ← match e.getAppFnArgs with
    | (``HAdd.hAdd, #[_, _, _, _, a, b]) => do
      if ← positive a then nonnegative b else pure ((← positive b) && (← nonnegative a))
    | (``HMul.hMul, #[_, _, _, _, a, b]) | (``HDiv.hDiv, #[_, _, _, _, a, b]) => do
      if (← wholeType? (← inferType e)).isSome && e.isAppOf ``HDiv.hDiv then pure false
      else pure ((← positive a) && (← positive b))
    | (``HPow.hPow, #[_, _, _, _, a, _]) => positive a
    | (``Nat.cast, #[_, _, a]) => positive a
    | _ => pure false
  if apart then return true
  try provable (← mkAppM ``LT.lt #[← zeroOf e, e]) catch _ => return false

/-- The same for "not below 0". -/
partial def nonnegative (e : Expr) : TermElabM Bool := do
  if let some q ← closedValue? e then return 0 ≤ q
  if (← wholeType? (← inferType e)) == some .nat then return true
  let apart ← match e.getAppFnArgs with
    | (``HAdd.hAdd, #[_, _, _, _, a, b]) | (``HMul.hMul, #[_, _, _, _, a, b]) =>
      pure ((← nonnegative a) && (← nonnegative b))
    | (``HPow.hPow, #[_, _, _, _, a, n]) =>
      if let some q ← closedValue? n then
        if q.num % 2 == 0 then pure true else nonnegative a
      else nonnegative a
    | (``Nat.cast, _) | (`abs, _) => pure true
    | _ => pure false
  if apart then return true
  try provable (← mkAppM ``LE.le #[← zeroOf e, e]) catch _ => return false

/-- Whether `e` is shown not to be 0, in a type without zero divisors. -/
partial def nonzero (e : Expr) : TermElabM Bool := do
  if let some q ← closedValue? e then return q != 0
  let apart ← match e.getAppFnArgs with
    | (``Neg.neg, #[_, _, a]) => nonzero a
    | (``HPow.hPow, #[_, _, _, _, a, _]) => nonzero a
    | (``HMul.hMul, #[_, _, _, _, a, b]) => pure ((← nonzero a) && (← nonzero b))
    | (``Nat.cast, #[_, _, a]) | (``Int.cast, #[_, _, a]) => nonzero a
    | (``HAdd.hAdd, _) => positive e
    | _ => pure false
  if apart then return true
  try provable (← notZero e) catch _ => return false

end

/-- Whether computing alone shows that `a - b` or `a / b` is what it is over the integers or over
the rational numbers. -/
def computedExact (divides : Bool) (a b : Expr) : MetaM Bool := do
  match ← closedValue? a, ← closedValue? b with
  | some a, some b => return if divides then b != 0 && (a / b).den == 1 else b ≤ a
  | _, _ => return false

def inspectDivision (piece : Expr) (a b : Expr) (around : Around) : WalkM Unit := do
  unless ← nonzero b do report "division_by_zero" piece #[a, b] around
  if (← wholeType? (← inferType a)).isSome && !(← computedExact true a b) then
    reportUnless (mkAppM ``Dvd.dvd #[b, a]) "division_rounds" piece #[a, b] around

/-- The applications whose value may not be what is meant, by their head. -/
def inspect (e : Expr) (around : Around) : WalkM Unit := do
  match e.getAppFnArgs with
  | (``HSub.hSub, #[type, _, _, _, a, b]) =>
    if (← wholeType? type) == some .nat && !(← computedExact false a b) then
      reportUnless (mkAppM ``LE.le #[b, a]) "subtraction_truncates" e #[a, b] around
  | (``Nat.sub, #[a, b]) =>
    reportUnless (mkAppM ``LE.le #[b, a]) "subtraction_truncates" e #[a, b] around
  | (``Nat.pred, #[a]) =>
    reportUnless (mkAppM ``LT.lt #[mkNatLit 0, a]) "predecessor_of_zero" e #[a] around
  | (``HDiv.hDiv, #[_, _, _, _, a, b]) => inspectDivision e a b around
  | (``Nat.div, #[a, b]) => inspectDivision e a b around
  | (``HMod.hMod, #[_, _, _, _, a, b]) =>
    unless ← nonzero b do report "modulus_zero" e #[a, b] around
  | (``Inv.inv, #[_, _, a]) =>
    unless ← nonzero a do report "inverse_of_zero" e #[a] around
  | (``Int.toNat, #[a]) =>
    reportUnless (do mkAppM ``LE.le #[← zeroOf a, a]) "negative_to_nat" e #[a] around
  | (``OfNat.ofNat, #[type, n, _]) =>
    if let (some n, (``Fin, #[size])) := (n.rawNatLit?, (← whnfR type).getAppFnArgs) then
      if let some size ← (evalNat size).run then
        if size ≤ n then report "numeral_wraps" e #[] around
  | (``Exists, #[_, .lam name type body info]) =>
    if let .forallE _ premise conclusion _ := body.consumeMData then
      withLocalDecl name info type fun x => do
        let premise := premise.instantiate1 x
        if conclusion.hasLooseBVar 0 then return
        if premise.containsFVar x.fvarId! && (← isProp premise) then
          report "exists_implies" e #[] around
  | (head, args) =>
    match head, args.size with
    | `Nat.log, 2 =>
      let meaningful := do
        return mkAnd (← mkAppM ``LT.lt #[mkNatLit 1, args[0]!]) (← notZero args[1]!)
      reportUnless meaningful "logarithm_default" e args around
    | ``Nat.log2, 1 => reportUnless (notZero args[0]!) "logarithm_default" e args around
    | `Nat.sqrt, 1 => report "root_rounds" e args around
    | `Real.sqrt, 1 =>
      reportUnless (do mkAppM ``LE.le #[← zeroOf args[0]!, args[0]!]) "root_of_negative" e args
        around
    | `Real.log, 1 =>
      reportUnless (do mkAppM ``LT.lt #[← zeroOf args[0]!, args[0]!]) "logarithm_default" e args
        around
    | ``getElem!, _ | ``Option.get!, _ | ``List.head!, _ | ``List.getLast!, _ | ``List.tail!, _ =>
      report "default_value" e #[] around
    | `Finset.Icc, _ | `Finset.Ico, _ | `Finset.Ioc, _ | `Finset.Ioo, _
    | `Set.Icc, _ | `Set.Ico, _ | `Set.Ioc, _ | `Set.Ioo, _ =>
      let (a, b) := (args[args.size - 2]!, args[args.size - 1]!)
      let empty ← try provable (← mkAppM ``LT.lt #[b, a]) catch _ => pure false
      if empty then report "interval_empty" e #[a, b] around
    | _, _ => return

/-! ## The walk -/

def isCast (head : Name) : Bool :=
  head ∈ [``Nat.cast, ``Int.cast, ``NatCast.natCast, ``IntCast.intCast, ``Int.ofNat, `Rat.cast]

/-- Runs `k` with a proof of each of `facts` in the context. -/
def assuming {α : Type} (facts : List Expr) (k : WalkM α) : WalkM α :=
  match facts with
  | [] => k
  | fact :: rest => withLocalDecl `fact .default fact fun _ => assuming rest k

/-- Everything in `e`, each piece where what it stands under is known: bound variables, the
premises of an implication, the other side of a conjunction, the range of a sum. -/
partial def walk (e : Expr) (around : Around := {}) : WalkM Unit := do
  match e with
  | .mdata _ e => walk e around
  | .forallE name type body info | .lam name type body info =>
    walk type
    withLocalDecl name info type fun x => walk (body.instantiate1 x)
  | .letE _ _ value body _ => walk value; walk (body.instantiate1 value)
  | .app .. =>
    inspect e around
    match e.getAppFnArgs with
    | (``And, #[a, b]) =>
      assuming [b] (walk a)
      assuming [a] (walk b)
    | (``ite, #[_, condition, _, yes, no]) =>
      walk condition
      assuming [condition] (walk yes)
      assuming [mkNot condition] (walk no)
    | (head, args) =>
      if head ∈ [`Finset.sum, `Finset.prod] && args.size ≥ 2 then
        walkSum args[args.size - 2]! args[args.size - 1]!
      else
        walkArguments e.getAppFn head args
  | .proj _ _ e => walk e
  | _ => return
where
  walkSum (range term : Expr) : WalkM Unit := do
    walk range
    let .lam name type body info := term.consumeMData | walk term
    withLocalDecl name info type fun x => do
      let member ← try pure [← mkAppM ``Membership.mem #[range, x]] catch _ => pure []
      assuming member (walk (body.instantiate1 x))
  walkArguments (fn : Expr) (head : Name) (args : Array Expr) : WalkM Unit := do
    let infos := (← getFunInfoNArgs fn args.size).paramInfo
    let castTo := if isCast head then args[0]? else none
    for h : i in [:args.size] do
      let arg := args[i]
      if (infos[i]?.map (·.isInstImplicit)).getD false then continue
      if (← inferType arg).isSort && !(← isProp arg) then continue
      if head == ``OfNat.ofNat then continue
      walk arg {
        castTo := if isCast head && i + 1 == args.size then castTo else none
        exponent := head == ``HPow.hPow && i == 5 }

/-! ## Binders -/

def binderKind : BinderInfo → String
  | .default => "explicit"
  | .implicit => "implicit"
  | .strictImplicit => "strict"
  | .instImplicit => "instance"

/-- `role`: hypothesis, instance, type (or family of types), or variable (a proposition too). -/
def roleOf (x : Expr) : MetaM String := do
  let type ← inferType x
  if (← isClass? type).isSome then return "instance"
  if ← isProp type then return "hypothesis"
  forallTelescopeReducing type fun _ result =>
    return if result.isSort && !result.isProp then "type" else "variable"

def indicesOf (xs : Array Expr) (e : Expr) : Array Nat :=
  (Array.range xs.size).filter fun i => e.containsFVar xs[i]!.fvarId!

def binderJson (origin : String) (place : Json) (xs : Array Expr) (x : Expr) : MetaM Json := do
  let decl ← x.fvarId!.getDecl
  let type ← instantiateMVars decl.type
  return json% {
    name: $(toString decl.userName.eraseMacroScopes),
    anonymous: $(decl.userName.hasMacroScopes),
    origin: $origin,
    kind: $(binderKind decl.binderInfo),
    role: $(← roleOf x),
    span: $place,
    type: $(toString (← ppExpr type)),
    uses: $(indicesOf xs type) }

/-! ## The answer -/

/-- The codepoint offset of a byte offset; the statement is short, so that counting is cheap. -/
def codepoints (source : String) (byte : Nat) : Nat := Id.run do
  let mut bytes := 0
  let mut count := 0
  for c in source.toList do
    if bytes ≥ byte then break
    bytes := bytes + c.utf8Size
    count := count + 1
  return count

def placeJson (source : String) (place : Option (Nat × Nat)) : Json :=
  match place with
  | some (first, last) => toJson #[codepoints source first, codepoints source last]
  | none => .null

/-- The places without those that hold another: a term in brackets stands in two. -/
def innermost (places : Array (Nat × Nat)) : Array (Nat × Nat) :=
  places.filter fun (a, b) => !places.any fun (c, d) => a ≤ c && d ≤ b && (a, b) != (c, d)

def trapJson (source : String) (places : Places) (trap : Trap) : Json :=
  let spans := (innermost (places.terms.getD trap.key #[])).map fun place =>
    placeJson source (some place)
  json% {
    kind: $trap.kind,
    shown: $trap.shown,
    operands: $trap.operands,
    cast_to: $trap.castTo,
    exponent: $trap.exponent,
    closed: $trap.closed,
    spans: $spans }

/-- Binders, claim and traps of an elaborated signature. -/
def describe (source : String) (signature : Signature) (vars binders : Array Expr) (claim : Expr) : TermElabM Json := do
  let state ← getInfoState
  let places ← placesOf state.trees state.assignment
  let given := vars ++ binders
  let walked : WalkM Unit := do
    for x in binders do walk (← instantiateMVars (← inferType x))
    walk claim
  let (_, found) ← walked.run {}
  let bound ← autoBound
  let shownBinders ← given.mapIdxM fun i x =>
    let origin := if i < vars.size then "header"
      else if bound.contains x then "auto" else "signature"
    binderJson origin (placeJson source (places.binders[x.fvarId!]?)) given x
  let binderPlaces := signature.binders.filterMap placeOf?
  let bindersPlace := do return ((← binderPlaces[0]?).1, (← binderPlaces.back?).2)
  return json% {
    parts: {
      levels: $(signature.levels.reverse.map toString),
      binders: $(placeJson source bindersPlace),
      claim: $(placeJson source (placeOf? signature.claim)),
      conclusion: $(placeJson source (placeOf? (conclusionOf signature.claim))) },
    binders: $shownBinders,
    claim: $(toString (← ppExpr claim)),
    claim_uses: $(indicesOf given claim),
    traps: $(found.traps.map (trapJson source places)) }

/-- See the top of the file. -/
def hygiene : Probe := fun request => do
  let attempt (bindMissing : Bool) : Command.CommandElabM Json := do
    let signature ← parseSignature request.source
    modify fun s => { s with infoState := { s.infoState with enabled := true, trees := {} } }
    -- Each attempt at an obligation has its own limit; all of them have the request's time.
    let unlimited (vars binders : Array Expr) (claim : Expr) : TermElabM Json :=
      withTheReader Core.Context (fun c => { c with maxHeartbeats := 0 }) <|
        describe request.source signature vars binders claim
    withSignature signature bindMissing unlimited
  try
    attempt false
  catch error =>
    try
      attempt true
    catch _ => return json% { error: $(← error.toMessageData.toString) }

end ProofloopProbes.Hygiene
