-- Two proofs of one proposition are told apart.
-- tier: elaborates
--- statement
theorem t : 1 = 2
--- proof
inductive P : Prop | a | b
def P.number : P → Nat | .a => 1 | .b => 2
theorem t : 1 = 2 := congrArg P.number (proof_irrel P.a P.b)
