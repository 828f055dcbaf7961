-- Arguments come from the header's variables.
--- header
variable {α : Type} (a : α)
--- statement
theorem t : id a = a
--- proof
theorem t : id a = a := rfl
