"""Plain English facts and their readings."""

from __future__ import annotations

import pytest

from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sentences.answers import forms
from proofloop.agents.llm.offline.sentences.clauses import by_units, ground, resolve
from proofloop.agents.llm.offline.sentences.facts import read_fact
from proofloop.agents.llm.offline.sentences.tree import tree
from proofloop.tools.entailment.form import Form, read_form
from proofloop.tools.entailment.lean_text import lean
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
