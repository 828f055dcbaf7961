-- By excluded middle.
--- statement
theorem t (p : Prop) : ¬¬p → p
--- proof
theorem t (p : Prop) : ¬¬p → p := fun h => Classical.byContradiction h
