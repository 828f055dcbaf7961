-- Two theorems by mutual recursion.
--- statement
theorem t (n : Nat) : 0 + n = n
--- proof
mutual
theorem t (n : Nat) : 0 + n = n := match n with
  | 0 => rfl
  | n + 1 => congrArg Nat.succ (u n)
theorem u (n : Nat) : 0 + n = n := match n with
  | 0 => rfl
  | n + 1 => congrArg Nat.succ (t n)
end
