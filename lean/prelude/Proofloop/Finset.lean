import Proofloop.Notation

/-!
# Finite sets

The type `Finset α` and what elementary statements say of finite sets. Mathlib builds it as a
multiset without repetition, which is a quotient of lists; it is one quotient of the lists without
repetition here, with the same elements and the same equality: two finite sets are equal when they
have the same elements. What is decided is decided by going through such a list, so that the kernel
can do it.
-/

set_option autoImplicit false

universe u v

/-- Lists without repetition are the same set when they differ in order only. -/
instance Finset.setoid (α : Type u) : Setoid {l : List α // l.Nodup} where
  r a b := a.1.Perm b.1
  iseqv := ⟨fun _ => .refl _, .symm, .trans⟩

/-- A finite set of elements of `α`. Mathlib: a structure of a multiset (`val`, not here) and the
proof that nothing is repeated in it (`nodup`). -/
def Finset (α : Type u) : Type u := Quotient (Finset.setoid α)

namespace List
variable {α : Type u} [DecidableEq α]

/-- Each element once, at its last place. Mathlib: the same values. -/
def dedup : List α → List α
  | [] => []
  | a :: l => if a ∈ l then dedup l else a :: dedup l

@[simp, grind =] theorem mem_dedup {l : List α} {a : α} : a ∈ l.dedup ↔ a ∈ l := by
  induction l with
  | nil => rfl
  | cons b l ih => rw [dedup]; split <;> grind

theorem nodup_dedup (l : List α) : l.dedup.Nodup := by
  induction l with
  | nil => exact .nil
  | cons a l ih =>
    rw [dedup]
    split
    · exact ih
    · exact nodup_cons.mpr ⟨by rwa [mem_dedup], ih⟩

end List

namespace Finset
variable {α : Type u} {β : Type v}

/-- The set of the elements of a list without repetition. -/
def ofList (l : List α) (h : l.Nodup) : Finset α := Quotient.mk _ ⟨l, h⟩

/-- Mathlib: the same. -/
protected def Mem (s : Finset α) (a : α) : Prop :=
  Quotient.lift (fun l : {l : List α // l.Nodup} => a ∈ l.1)
    (fun _ _ h => propext (List.Perm.mem_iff h)) s

instance : Membership α (Finset α) := ⟨Finset.Mem⟩

@[simp, grind =] theorem mem_ofList {l : List α} {h : l.Nodup} {a : α} :
    a ∈ ofList l h ↔ a ∈ l := Iff.rfl

theorem ind {p : Finset α → Prop} (h : ∀ l hl, p (ofList l hl)) (s : Finset α) : p s :=
  Quotient.ind (fun l => h l.1 l.2) s

theorem ofList_eq {l k : List α} {hl : l.Nodup} {hk : k.Nodup} (h : l.Perm k) :
    ofList l hl = ofList k hk := Quotient.sound h

theorem perm_of_mem_iff {l k : List α} (hl : l.Nodup) (hk : k.Nodup) (h : ∀ a, a ∈ l ↔ a ∈ k) :
    l.Perm k := by
  classical
  refine List.perm_iff_count.mpr fun a => ?_
  rw [hl.count, hk.count]
  simp only [h]

/-- Equal is what has the same elements. -/
@[ext, grind ext] theorem ext {s t : Finset α} (h : ∀ a, a ∈ s ↔ a ∈ t) : s = t := by
  induction s using ind with | h l hl
  induction t using ind with | h k hk
  exact ofList_eq (perm_of_mem_iff hl hk h)

/-- Every element has the property. -/
def all (p : α → Bool) (s : Finset α) : Bool :=
  Quotient.lift (fun l : {l : List α // l.Nodup} => l.1.all p)
    (fun _ _ h => Bool.eq_iff_iff.mpr (by simp only [List.all_eq_true, List.Perm.mem_iff h])) s

theorem all_iff {p : α → Bool} {s : Finset α} : s.all p = true ↔ ∀ a, a ∈ s → p a = true := by
  induction s using ind with | h l hl
  exact List.all_eq_true

instance decidableForall (s : Finset α) (p : α → Prop) [DecidablePred p] :
    Decidable (∀ a, a ∈ s → p a) :=
  decidable_of_iff (s.all fun a => decide (p a)) (by simp [all_iff])

instance decidableExists (s : Finset α) (p : α → Prop) [DecidablePred p] :
    Decidable (∃ a, a ∈ s ∧ p a) :=
  decidable_of_iff (¬ ∀ a, a ∈ s → ¬ p a) (by simp)

instance decidableMem [DecidableEq α] (a : α) (s : Finset α) : Decidable (a ∈ s) :=
  decidable_of_iff (∃ b, b ∈ s ∧ b = a) (by simp)

instance [DecidableEq α] : DecidableEq (Finset α) := fun s t =>
  decidable_of_iff ((∀ a, a ∈ s → a ∈ t) ∧ ∀ a, a ∈ t → a ∈ s)
    ⟨fun h => ext fun a => ⟨h.1 a, h.2 a⟩, fun h => h ▸ ⟨fun _ => id, fun _ => id⟩⟩

/-- The number of elements. Mathlib: the same; `#s` where `Finset` is open. -/
def card (s : Finset α) : ℕ :=
  Quotient.lift (fun l : {l : List α // l.Nodup} => l.1.length)
    (fun _ _ h => List.Perm.length_eq h) s

@[inherit_doc] scoped prefix:arg "#" => Finset.card

@[simp] theorem card_ofList (l : List α) (h : l.Nodup) : card (ofList l h) = l.length := rfl

instance : EmptyCollection (Finset α) := ⟨ofList [] .nil⟩

@[simp, grind ←] theorem notMem_empty (a : α) : a ∉ (∅ : Finset α) := fun h => nomatch h

@[simp] theorem card_empty : card (∅ : Finset α) = 0 := rfl

/-- Some element is there. Mathlib: the same. -/
protected def Nonempty (s : Finset α) : Prop := ∃ a, a ∈ s

/-- Mathlib: the same. -/
instance : HasSubset (Finset α) := ⟨fun s t => ∀ ⦃a⦄, a ∈ s → a ∈ t⟩

@[grind =] theorem subset_iff {s t : Finset α} : s ⊆ t ↔ ∀ a, a ∈ s → a ∈ t := Iff.rfl

instance [DecidableEq α] (s t : Finset α) : Decidable (s ⊆ t) :=
  inferInstanceAs (Decidable (∀ a, a ∈ s → a ∈ t))

/-- The elements of `s` with the property `p`. Mathlib: the same. -/
def filter (p : α → Prop) [DecidablePred p] (s : Finset α) : Finset α :=
  Quotient.lift
    (fun l : {l : List α // l.Nodup} => ofList (l.1.filter fun a => p a) (l.2.filter _))
    (fun _ _ h => ofList_eq (List.Perm.filter _ h)) s

@[simp, grind =] theorem mem_filter {p : α → Prop} [DecidablePred p] {s : Finset α} {a : α} :
    a ∈ filter p s ↔ a ∈ s ∧ p a := by
  induction s using ind with | h l hl
  exact List.mem_filter.trans (and_congr_right fun _ => decide_eq_true_iff)

end Finset

/-- The elements of a list. Mathlib: the same. -/
def List.toFinset {α : Type u} [DecidableEq α] (l : List α) : Finset α :=
  Finset.ofList l.dedup l.nodup_dedup

@[simp, grind =] theorem List.mem_toFinset {α : Type u} [DecidableEq α] {l : List α} {a : α} :
    a ∈ l.toFinset ↔ a ∈ l := List.mem_dedup

namespace Finset
variable {α : Type u} {β : Type v}

instance : Singleton α (Finset α) := ⟨fun a => ofList [a] (by simp)⟩

@[simp, grind =] theorem mem_singleton {a b : α} : b ∈ ({a} : Finset α) ↔ b = a :=
  List.mem_singleton

@[simp] theorem card_singleton (a : α) : card ({a} : Finset α) = 1 := rfl

section
variable [DecidableEq β]

/-- The values of `f` on `s`. Mathlib: the same. -/
def image (f : α → β) (s : Finset α) : Finset β :=
  Quotient.lift (fun l : {l : List α // l.Nodup} => (l.1.map f).toFinset)
    (fun _ _ h => ext fun b => by simp only [List.mem_toFinset, (List.Perm.map f h).mem_iff]) s

@[simp, grind =] theorem mem_image {f : α → β} {s : Finset α} {b : β} :
    b ∈ image f s ↔ ∃ a, a ∈ s ∧ f a = b := by
  induction s using ind with | h l hl
  exact List.mem_toFinset.trans List.mem_map

end

section
variable [DecidableEq α]

/-- Mathlib: the same, as are `∪`, `∩`, `\` and `erase`. -/
instance : Insert α (Finset α) := ⟨fun a s => Quotient.lift
  (fun l : {l : List α // l.Nodup} => (a :: l.1).toFinset)
  (fun _ _ h => ext fun b => by simp only [List.mem_toFinset, (List.Perm.cons a h).mem_iff]) s⟩

@[simp, grind =] theorem mem_insert {a b : α} {s : Finset α} :
    b ∈ insert a s ↔ b = a ∨ b ∈ s := by
  induction s using ind with | h l hl
  exact List.mem_toFinset.trans List.mem_cons

theorem insert_ofList {a : α} {l : List α} {hl : l.Nodup} (h : a ∉ l) :
    insert a (ofList l hl) = ofList (a :: l) (List.nodup_cons.mpr ⟨h, hl⟩) := by
  ext; simp

@[simp] theorem card_insert_of_notMem {a : α} {s : Finset α} (h : a ∉ s) :
    card (insert a s) = card s + 1 := by
  induction s using ind with | h l hl
  rw [insert_ofList h]
  rfl

/-- The union. -/
instance : Union (Finset α) := ⟨fun s t => Quotient.lift₂
  (fun l k : {l : List α // l.Nodup} => (l.1 ++ k.1).toFinset)
  (fun _ _ _ _ h g => ext fun b => by
    simp only [List.mem_toFinset, (List.Perm.append h g).mem_iff]) s t⟩

@[simp, grind =] theorem mem_union {a : α} {s t : Finset α} : a ∈ s ∪ t ↔ a ∈ s ∨ a ∈ t := by
  induction s using ind with | h l hl
  induction t using ind with | h k hk
  exact List.mem_toFinset.trans List.mem_append

instance : Inter (Finset α) := ⟨fun s t => s.filter (· ∈ t)⟩

@[simp, grind =] theorem mem_inter {a : α} {s t : Finset α} : a ∈ s ∩ t ↔ a ∈ s ∧ a ∈ t :=
  mem_filter

instance : SDiff (Finset α) := ⟨fun s t => s.filter (· ∉ t)⟩

@[simp, grind =] theorem mem_sdiff {a : α} {s t : Finset α} : a ∈ s \ t ↔ a ∈ s ∧ a ∉ t :=
  mem_filter

/-- `s` without `a`. -/
def erase (s : Finset α) (a : α) : Finset α := s.filter (· ≠ a)

@[simp, grind =] theorem mem_erase {a b : α} {s : Finset α} : b ∈ s.erase a ↔ b ≠ a ∧ b ∈ s :=
  mem_filter.trans And.comm

end

end Finset

/-- A type with finitely many elements. Mathlib: the same class. -/
class Fintype (α : Type u) where
  elems : Finset α
  complete : ∀ a : α, a ∈ elems

/-- All elements of a finite type. Mathlib: the same. -/
def Finset.univ {α : Type u} [Fintype α] : Finset α := Fintype.elems

@[simp, grind ←] theorem Finset.mem_univ {α : Type u} [Fintype α] (a : α) : a ∈ (univ : Finset α) :=
  Fintype.complete a

/-- The number of elements of a finite type. Mathlib: the same. -/
def Fintype.card (α : Type u) [Fintype α] : ℕ := (Finset.univ : Finset α).card

instance (n : ℕ) : Fintype (Fin n) where
  elems := .ofList (List.finRange n) (by
    rw [List.nodup_iff_pairwise_ne, List.pairwise_iff_getElem]
    intro i j hi hj hij h
    simp only [List.getElem_finRange, Fin.ext_iff, Fin.val_cast] at h
    omega)
  complete a := List.mem_finRange a

instance : Fintype Bool where
  elems := {false, true}
  complete a := by cases a <;> decide
