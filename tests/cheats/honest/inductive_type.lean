-- A type of its own with derived instances.
--- statement
theorem t : 1 = 1
--- proof
inductive Colour | red | green
deriving DecidableEq, Repr
theorem two (c : Colour) : c = .red ∨ c = .green := by cases c <;> simp
theorem t : 1 = 1 := rfl
