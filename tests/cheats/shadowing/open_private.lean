-- A private definition of the text's own in place of the header's.
-- tier: statement
--- header
private def g : Nat := 1
--- statement
theorem t : g = 2
--- proof
def Evil.g : Nat := 2
namespace Evil
theorem _root_.t : g = 2 := rfl
end Evil
