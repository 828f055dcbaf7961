-- A tactic written in Lean.
--- header
import Lean
--- statement
theorem t (a b : Nat) : a + b = b + a
--- proof
open Lean Elab Tactic in
elab "finish" : tactic => do evalTactic (← `(tactic| omega))
theorem t (a b : Nat) : a + b = b + a := by finish
