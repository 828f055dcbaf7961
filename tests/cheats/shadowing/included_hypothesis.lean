-- A section variable is the hypothesis that is needed.
-- tier: statement
--- statement
theorem t : 1 = 2
--- proof
variable (h : 1 = 2)
include h
theorem t : 1 = 2 := h
