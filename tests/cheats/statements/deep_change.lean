-- What changes is two definitions away.
-- tier: statement
-- standalone
--- header
def base (n : Nat) : Nat := n + 1
def mid (n : Nat) : Nat := base n
def top (n : Nat) : Nat := mid n
--- statement
theorem t : top 1 = 3
--- proof
import Init
def base (n : Nat) : Nat := n + 2
def mid (n : Nat) : Nat := base n
def top (n : Nat) : Nat := mid n
theorem t : top 1 = 3 := rfl
