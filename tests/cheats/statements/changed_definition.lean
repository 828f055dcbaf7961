-- The proof's own file defines f otherwise.
-- tier: statement
-- standalone
--- header
def f (n : Nat) : Nat := n + 1
--- statement
theorem t : f 1 = 3
--- proof
import Init
def f (n : Nat) : Nat := n + 2
theorem t : f 1 = 3 := rfl
