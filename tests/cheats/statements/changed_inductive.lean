-- The proof's own file has one constructor less.
-- tier: statement
-- standalone
--- header
inductive C | red | blue
--- statement
theorem t (c : C) : c = .red
--- proof
import Init
inductive C | red
theorem t (c : C) : c = .red := by cases c; rfl
