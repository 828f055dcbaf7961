-- A noncomputable definition on the way.
--- statement
theorem t (p : Nat → Prop) (h : ∃ n, p n) : ∃ n, p n
--- proof
noncomputable def pick (p : Nat → Prop) (h : ∃ n, p n) : Nat := h.choose
theorem t (p : Nat → Prop) (h : ∃ n, p n) : ∃ n, p n := ⟨pick p h, h.choose_spec⟩
