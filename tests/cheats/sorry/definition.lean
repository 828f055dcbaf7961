-- A definition in the proof rests on it.
-- tier: complete
--- statement
theorem t : 1 = 2
--- proof
noncomputable def key : PLift (1 = 2) := ⟨by admit⟩
theorem t : 1 = 2 := key.down
