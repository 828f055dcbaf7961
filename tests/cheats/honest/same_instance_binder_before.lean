-- A lemma with an unnamed instance argument shifts the hygienic numbers.
--- statement
theorem t {α : Type} [Add α] (a : α) : a + a = a + a
--- proof
theorem helper {α : Type} [Add α] [Mul α] (a : α) : a + a * a = a + a * a := rfl
theorem t {α : Type} [Add α] (a : α) : a + a = a + a := rfl
