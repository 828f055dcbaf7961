-- A function with anonymous constructors.
--- statement
theorem t (p q : Prop) : p ∧ q → q ∧ p
--- proof
theorem t (p q : Prop) : p ∧ q → q ∧ p := fun ⟨a, b⟩ => ⟨b, a⟩
