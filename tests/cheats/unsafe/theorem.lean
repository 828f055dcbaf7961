-- An unsafe theorem proves itself; no kernel takes it as a proof.
-- tier: kernel
--- statement
theorem t : 1 = 2
--- proof
unsafe def t : 1 = 2 := t
