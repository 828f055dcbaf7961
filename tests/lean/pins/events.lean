import Proofloop
open Events

/-- Nothing is assumed of a world: there may be no entity. -/
theorem perhaps_nobody : ∃ W : World, ¬ ∃ x : W.Entity, x = x :=
  ⟨⟨Empty, Empty, fun _ _ => False, fun _ _ => False, fun _ _ => False, fun _ _ => False,
    fun _ _ => False, fun _ _ => False, fun _ _ => False, fun _ _ => False⟩,
    fun ⟨x, _⟩ => nomatch x⟩

/-- The roles are independent of each other: an agent need not be the patient. -/
theorem roles_apart : ∃ (W : World) (e : W.Event) (x : W.Entity),
    W.agent e x ∧ ¬ W.patient e x ∧ ¬ W.recipient e x ∧ ¬ W.instrument e x ∧ ¬ W.place e x ∧
    ¬ W.source e x ∧ ¬ W.goal e x ∧ ¬ W.time e x :=
  ⟨⟨Unit, Unit, fun _ _ => True, fun _ _ => False, fun _ _ => False, fun _ _ => False,
    fun _ _ => False, fun _ _ => False, fun _ _ => False, fun _ _ => False⟩, (), (),
    trivial, id, id, id, id, id, id, id⟩

/-- Who eats something eats. -/
theorem fewer_roles (W : World) (does_eat : W.Event → Prop) (x y : W.Entity)
    (h : ∃ e, does_eat e ∧ W.agent e x ∧ W.patient e y) : ∃ e, does_eat e ∧ W.agent e x := by
  grind

theorem decided : ∃ i : Fin 3, i.val = 2 := by decide

theorem decided_within : ∀ i : Fin 2, ∃ j : Fin 3, i.val < j.val := by decide
