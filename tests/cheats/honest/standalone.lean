-- A file of its own, repeating the definitions.
-- standalone
--- header
def f (n : Nat) : Nat := n + 1
--- statement
theorem t : f 1 = 2
--- proof
import Std
def f (n : Nat) : Nat := n + 1
theorem helper : f 0 = 1 := rfl
theorem t : f 1 = 2 := rfl
