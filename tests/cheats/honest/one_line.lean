-- Everything in one line, with semicolons.
--- statement
theorem t (p q : Prop) : p ∧ q → q ∧ p
--- proof
theorem t (p q : Prop) : p ∧ q → q ∧ p := by intro h; constructor; exact h.2; exact h.1
