-- By extensionality.
--- statement
theorem t (p q : Nat → Prop) (h : ∀ n, p n ↔ q n) : p = q
--- proof
theorem t (p q : Nat → Prop) (h : ∀ n, p n ↔ q n) : p = q := funext fun n => propext (h n)
