-- A let in the statement.
--- statement
theorem t (n : Nat) : let m := n + 1; m > n
--- proof
theorem t (n : Nat) : let m := n + 1; m > n := by intro m; omega
