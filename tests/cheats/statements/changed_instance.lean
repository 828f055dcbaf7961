-- The instance that the definition rests on is another one.
-- tier: statement
-- standalone
--- header
def g (n : Nat) : Nat := n + n
--- statement
theorem t : g 1 = 1
--- proof
import Init
instance : HAdd Nat Nat Nat := ⟨fun a _ => a⟩
def g (n : Nat) : Nat := n + n
theorem t : g 1 = 1 := rfl
