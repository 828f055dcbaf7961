-- A hypothesis of the header, included.
--- header
variable (n : Nat) (h : 0 < n)
include h
--- statement
theorem t : n ≠ 0
--- proof
theorem t : n ≠ 0 := by omega
