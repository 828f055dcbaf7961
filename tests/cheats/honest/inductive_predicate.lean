-- An inductive proposition.
--- statement
theorem t : 4 % 2 = 0
--- proof
inductive Ev : Nat → Prop
  | zero : Ev 0
  | step {n} : Ev n → Ev (n + 2)
theorem ev_even {n : Nat} (h : Ev n) : n % 2 = 0 := by induction h <;> omega
theorem t : 4 % 2 = 0 := ev_even (.step (.step .zero))
