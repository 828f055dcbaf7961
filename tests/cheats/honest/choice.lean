-- By choice.
--- statement
theorem t (p : Nat → Nat → Prop) (h : ∀ n, ∃ m, p n m) : ∃ f : Nat → Nat, ∀ n, p n (f n)
--- proof
theorem t (p : Nat → Nat → Prop) (h : ∀ n, ∃ m, p n m) : ∃ f : Nat → Nat, ∀ n, p n (f n) :=
  ⟨fun n => (h n).choose, fun n => (h n).choose_spec⟩
