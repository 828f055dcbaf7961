"""Plain English facts and their readings."""

from __future__ import annotations

import pytest

from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sentences.answers import forms
from proofloop.agents.llm.offline.sentences.clauses import by_units, ground, resolve
from proofloop.agents.llm.offline.sentences.facts import read_fact
from proofloop.agents.llm.offline.sentences.tree import tree
from proofloop.tools.entailment.form import Form, Sentence, read_form
from proofloop.tools.entailment.lean_text import lean
from proofloop.tools.entailment.worlds import find_world
from support.entailment import all_are

pytest.importorskip("lemminflect")


def said(text: str) -> list[str]:
    """The readings in Lean, types left out."""
    return [lean(form).replace(" : W.Entity", "") for form in read_fact(text)]


@pytest.mark.parametrize(
    ("text", "weakest"),
    [
        ("a flower is a kind of organism", "∀ x, is_flower x → is_organism x"),
        ("copper is an electrical conductor",
         "∀ x, is_copper x → (is_electrical x ∧ is_conductor x)"),
        ("a large insect is a plant cell",
         "∀ x, (is_large_insect x ∧ is_insect x) → (is_plant_cell x ∧ is_cell x)"),
        ("liquid glass is a product", "∀ x, (is_liquid x ∧ is_glass x) → is_product x"),
        ("some birds are predators", "∃ x, is_bird x ∧ is_predator x"),
        ("bone is rigid", "∀ x, is_bone x → is_rigid x"),
        ("a prokaryotic cell does not contain a nucleus",
         "∀ x, (is_prokaryotic x ∧ is_cell x) → (¬ (∃ y, is_nucleus y ∧ EVENT))"),
        ("if something requires something else then that something else is important to that "
         "something", "∀ x, ∀ y, EVENT → EVENT"),
        ("lead is denser than water", "∀ x, is_lead x → (∃ y, is_water y ∧ EVENT)"),
        ("a bird can fly", "∀ x, is_bird x → (EVENT ∨ EVENT)"),
        ("marine fossils means fossils of animals",
         "∀ x, (is_marine_fossil x ∧ is_fossil x) ↔ (is_fossil x ∧ (∃ y, is_animal y ∧ EVENT))"),
        ("light / heat is a kind of energy",
         "(∀ x, is_light x → is_energy x) ∧ (∀ x, is_heat x → is_energy x)"),
    ],
)  # fmt: skip
def test_the_weakest_reading_of_a_pattern(text: str, weakest: str) -> None:
    import re

    first = re.sub(r"\(∃ ev : W\.Event, [^()]*\)", "EVENT", said(text)[0])
    assert first == weakest


def test_an_object_is_some_of_it_or_any_of_it() -> None:
    weak, strong = said("a prism refracts light")
    assert "∃ y, is_light y ∧" in weak and "∀ y, is_light y →" in strong


# Two ways to say a thing; of what is more than one sentence, what each of them says.
SAME = [
    ("a knife is used for cutting the bread", "a knife is used to cut bread"),
    ("water is denser than oil", "water is more dense than oil"),
    ("a leaf is green in color", "a leaf is green"),
    ("in winter, bears sleep in caves", "bears sleep in caves in winter"),
    ("a seed is able to grow", "a seed can grow"),
    ("a moth is also an insect", "a moth is an insect"),
    ("a desk has no leaves", "a desk does not have leaves"),
    ("coffee being heated by fire is warm", "coffee that is heated by fire is warm"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_ways_to_say_it_have_the_same_readings(one: str, other: str) -> None:
    assert said(one)[0] == said(other)[0]


def follows(given: str, claim: str) -> bool:
    """In small worlds, of the first readings."""
    sentences = [Sentence(id="s1", form=read_fact(given)[0])]
    return find_world(sentences, read_fact(claim)[0]) is None


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        ("a snail moves very slowly", "a snail can move"),
        ("a storm slowly melts snow", "a storm melts snow"),
        ("a garden contains many trees", "a garden contains trees"),
        ("owls / hawks / eagles eat mice", "hawks eat mice"),
        ("a pump moves water and a lamp becomes hot", "a lamp becomes hot"),
        ("a storm breaks a roof and leaves holes in walls", "a storm leaves holes in walls"),
        ("an oven is used to bake and dry bread", "an oven is used to dry bread"),
    ],
)
def test_what_follows_by_a_rule_of_english_and_not_the_other_way_round(
    given: str, claim: str
) -> None:
    assert follows(given, claim) and not follows(claim, given)


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        ("the sun melts ice", "the sun often melts"),  # what melts is the ice
        ("a bird can fly", "a bird always flies"),
        ("a lake used to be covered by ice", "a lake is covered by ice"),
        ("a tower is less tall than a hill", "a tower is taller than a hill"),
        ("some cats and a dog are pets", "a cat is a pet"),
        ("protons and neutrons together are heavy", "protons are heavy"),
        ("a dog is seemingly dead", "a dog is dead"),
        ("a coin is nominally a medal", "a coin is a medal"),
        ("a robin theoretically sings", "a robin sings"),
        ("a toy car is a kind of toy", "a toy car is a kind of car"),
    ],
)
def test_what_does_not_follow_in_english_does_not_in_the_readings(given: str, claim: str) -> None:
    sentences = [[Sentence(id="s1", form=form)] for form in read_fact(given)]
    assert all(find_world(each, form) for each in sentences for form in read_fact(claim))


def test_two_phrases_that_each_have_a_preposition_are_two() -> None:
    (both, _) = said("the wall of a barn and the roof of a house are made of wood")[:2]
    assert both.count("is_wall") == both.count("is_roof") == 1 and both.startswith("(∀ x, ∀ y,")


def test_what_is_of_two_things_is_not_any_that_is_of_both() -> None:
    (only,) = said("a scale shows the mass of wood and iron")[:1]
    assert said("a scale shows the mass of wood and iron") == [only] and "∃ y, is_mass y" in only


def test_what_is_less_so_is_what_the_other_is_more_so_than() -> None:
    assert (
        "more_tall_than ev ∧ W.agent ev y ∧ W.patient ev x"
        in said("a hut is less tall than a hill")[0]
    )


def test_under_a_negation_an_object_is_any_of_its_kind() -> None:
    (only,) = said("a cat does not eat grass")
    assert "¬ (∃ y, is_grass y" in only
    lacking, *_ = said("if a bird does not have a nest then that bird builds a nest")
    assert lacking.startswith("∀ x, (is_bird x ∧ (¬ (∃ y, is_nest y")


def test_events_have_roles_and_the_passive_has_them_too() -> None:
    (active, _), (passive, _) = (
        said("a robin eats a cricket"),
        said("a cricket is eaten by a robin"),
    )
    assert "does_eat ev ∧ W.agent ev x ∧ W.patient ev y" in active
    assert "does_eat ev ∧ W.agent ev y ∧ W.patient ev x" in passive


@pytest.mark.parametrize(
    "text",
    [
        "most birds fly",
        "that planet is a kind of object",
        "a robin sees a cricket and it sings",
        "an increase / decrease is a kind of change",
        "the rate is 5 / 6 / 7",
        "of the and",
        "rain may not fall",  # it may
        "a bird is often not red",
        "a ball is a nearly round toy",
        "two birds can fly",  # as a rule? some two?
        "the house becomes collapses first",
        "a cat does nothing",  # is no something that it does
        "a cat has zero wings",
        "a cat survives despite hunger",
        "birds",
    ],
)
def test_what_would_need_a_guess_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_fact(text)


def test_the_readings_are_those_with_which_the_steps_hold() -> None:
    """Any light may be refracted, or sunlight would not have to be; one form for all steps."""
    texts = {
        "hypothesis": "a prism refracts sunlight",
        "s1": "a prism refracts light",
        "s2": "sunlight is a kind of light",
    }
    alone = {item["id"]: item["form"] for item in forms(texts)["forms"]}  # type: ignore
    with_steps = forms(texts, {"hypothesis": ["s1", "s2"]})["forms"]
    chosen = {item["id"]: item["form"] for item in with_steps}  # type: ignore
    assert "∃ y" in lean(read_form(alone["s1"])) and "∀ y" in lean(read_form(chosen["s1"]))


def test_a_chain_of_general_rules_becomes_a_tree_by_resolution() -> None:
    given: dict[str, Form] = {
        name: read_form(all_are(one, other))
        for name, one, other in (
            ("s1", "cat", "pet"),
            ("s2", "pet", "animal"),
            ("s3", "animal", "being"),
        )
    }
    nodes, claims = tree(given, read_form(all_are("cat", "being")), "cats are beings", read=False)
    assert len(nodes) == 2 and nodes[-1]["id"] == "hypothesis"
    (claim,) = claims.values()
    assert lean(claim).startswith("∀ x : W.Entity, is_")


def test_resolution_finds_what_units_cannot() -> None:
    rules = {"s1": all_are("cat", "pet"), "s2": all_are("pet", "animal")}
    clauses = {name: ground(read_form(form), {}, True, ["tom"]) for name, form in rules.items()}
    (wanted,) = ground(read_form(all_are("cat", "animal")), {}, True, ["tom"])
    assert wanted in resolve(clauses, [wanted]) and wanted not in by_units(clauses, [wanted])
