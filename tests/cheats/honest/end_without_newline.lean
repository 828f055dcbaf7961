-- Unicode operators and ascii ones.
--- statement
theorem t (p q : Prop) : (p → q) → (¬q → ¬p)
--- proof
theorem t (p q : Prop) : (p -> q) -> (¬q → Not p) := fun h k x => k (h x)
