/-!
# Events and roles

Sentences in the event-based logical form of Davidson and Parsons: "Tom eats an apple" says that
there is an event of eating, whose agent is Tom and whose patient is some apple. Mathlib has nothing
of the kind. A theorem about sentences speaks of an arbitrary `World`; what the words of the
sentences are true of (`is_apple`, `does_eat`, `named_tom`) are variables of that theorem, so
nothing is assumed about a word but what a sentence says.

There may be no entity at all: "some" never follows from "all".
-/

set_option autoImplicit false

namespace Events

/-- Entities, events, and who takes part in an event as what. The roles are constants, so that a
role is the same in every sentence. -/
structure World where
  Entity : Type
  Event : Type
  /-- who does it -/
  agent : Event → Entity → Prop
  /-- who or what it is done to -/
  patient : Event → Entity → Prop
  /-- to or for whom -/
  recipient : Event → Entity → Prop
  /-- with what -/
  instrument : Event → Entity → Prop
  /-- where -/
  place : Event → Entity → Prop
  /-- from where or what -/
  source : Event → Entity → Prop
  /-- to where or what -/
  goal : Event → Entity → Prop
  /-- when -/
  time : Event → Entity → Prop

/-- For `decide` in a world of finitely many entities and events. -/
scoped instance existsFin {n : Nat} (p : Fin n → Prop) [DecidablePred p] :
    Decidable (∃ i, p i) :=
  decidable_of_iff (¬ ∀ i, ¬ p i) Classical.not_forall_not

end Events
