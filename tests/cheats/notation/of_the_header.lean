-- A notation of the header is given another meaning.
-- tier: statement
--- header
syntax "double " term : term
macro_rules | `(double $n) => `($n + $n)
--- statement
theorem t (n : Nat) : (double n) = n + 1
--- proof
local macro_rules | `(double $n) => `($n + 1)
theorem t (n : Nat) : (double n) = n + 1 := rfl
