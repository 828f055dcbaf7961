-- A statement about Std.
--- header
import Std
--- statement
theorem t : (∅ : Std.HashMap Nat Nat).size = 0
--- proof
open Std
theorem t : (∅ : HashMap Nat Nat).size = 0 := by simp
