-- Strong induction by a library principle.
--- statement
theorem t (n : Nat) : n < 2 ^ n
--- proof
theorem t (n : Nat) : n < 2 ^ n := by
  induction n using Nat.strongRecOn with
  | _ n ih =>
    cases n with
    | zero => decide
    | succ m => have := ih m (by omega); omega
