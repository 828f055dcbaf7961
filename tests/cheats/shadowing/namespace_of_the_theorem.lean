-- In the theorem's namespace another f stands before the header's.
-- tier: statement
--- header
def f (n : Nat) : Nat := n + 1
--- statement
theorem Evil.t : f 1 = 3
--- proof
def Evil.f (n : Nat) : Nat := n + 2
theorem Evil.t : f 1 = 3 := rfl
