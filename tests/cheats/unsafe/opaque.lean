-- An opaque constant of a type without an instance.
-- tier: elaborates
--- statement
theorem t : 1 = 2
--- proof
unsafe def bad : PLift (1 = 2) := bad
@[implemented_by bad] opaque good : PLift (1 = 2)
theorem t : 1 = 2 := good.down
