-- Imports of its own would decide how the statement is read.
-- tier: parses
--- header
open Nat
--- statement
theorem t : 1 = 1
--- proof
import Std.Data.HashMap
theorem t : 1 = 1 := rfl
