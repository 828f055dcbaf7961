"""The offline model's English of sentences: read as it is meant, or refused."""

from __future__ import annotations

import pytest

from proofloop.agents.llm.offline.refusal import Refusal
from proofloop.agents.llm.offline.sentences.answers import decomposition, forms
from proofloop.agents.llm.offline.sentences.reader import read_sentence
from proofloop.datasets.entailment import sample
from proofloop.tools.entailment.lean_text import lean
from support.entailment import PROBLEM, TEXTS


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("All rabbits are cute.", "∀ x, is_rabbit x → is_cute x"),
        ("Every cat is an animal.", "∀ x, is_cat x → is_animal x"),
        ("No pets are cats.", "∀ x, is_pet x → (¬ is_cat x)"),
        ("Some pets are not mammals.", "∃ x, is_pet x ∧ (¬ is_mammal x)"),
        ("Humans are mammals.", "∀ x, is_human x → is_mammal x"),
        ("All birds fly.", "∀ x, is_bird x → is_do_fly x"),
        ("No young person teaches.", "∀ x, is_young x → (¬ is_do_teach x)"),
        ("Rock is a turtle.", "is_turtle named_rock"),
        ("Rock is not a turtle.", "¬ is_turtle named_rock"),
        ("Rock isn't still.", "¬ is_still named_rock"),
        ("Rock is a turtle or cute.", "is_turtle named_rock ∨ is_cute named_rock"),
        ("Rock is either cute or still.", "¬ (is_cute named_rock ↔ is_still named_rock)"),
        (
            "Marvin is neither a human nor from Mars.",
            "(¬ is_human named_marvin) ∧ (¬ is_from_mar named_marvin)",
        ),
        ("If something is skittish, then it is not still.", "∀ x, is_skittish x → (¬ is_still x)"),
        ("If someone is tall, they wear large shoes.", "∀ x, is_tall x → is_do_wear_large_shoe x"),
        ("Yuri does not wear large shoes.", "¬ is_do_wear_large_shoe named_yuri"),
        ("If Ted is a cow, then Ted is not a pet.", "is_cow named_ted → (¬ is_pet named_ted)"),
        ("Rose is a human or Jerry is a manager.", "is_human named_rose ∨ is_manager named_jerry"),
        ("a robot is a kind of object", "∀ x, is_robot x → is_object x"),
        (
            "The cat chases the dog.",
            "∃ ev : W.Event, does_chase ev ∧ W.agent ev named_the_cat"
            " ∧ W.patient ev named_the_dog",
        ),
        (
            "If something chases the dog then it is rough.",
            "∀ x, (∃ ev : W.Event, does_chase ev ∧ W.agent ev x ∧ W.patient ev named_the_dog)"
            " → is_rough x",
        ),
        ("Tom eats an apple.", "∃ y, is_apple y ∧ (∃ ev : W.Event, does_eat ev"
         " ∧ W.agent ev named_tom ∧ W.patient ev y)"),
        ("Everyone from Earth is a human.", "∀ x, is_from_earth x → is_human x"),
    ],
)  # fmt: skip
def test_a_sentence_is_read_as_it_is_meant(text: str, form: str) -> None:
    assert lean(read_sentence(text)).replace(" : W.Entity", "") == form


@pytest.mark.parametrize(
    "text",
    [
        # Where a phrase ends is not shown.
        "People who eat salads are fond of health and eating habits.",
        "All people who are inactive members of their community chaperone dances.",
        "James wants to have a long vacation.",
        # Several, or somebody of that name?
        "Vampires suck.",
        # Words that quantify, negate or compare.
        "Only cats are cute.",
        "A hawk never lands.",
        "Most cats are cute.",
        "Tom is taller than Rock.",
        "There is an animal.",
        "Rock was a turtle.",
        "Rock is not a turtle or a cat.",
        "All cats are not pets.",
        # Not one sentence.
        "",
        "is a turtle",
        "Rock is a turtle, Tom is a cat.",
        'Tom is "a cat".',
        "A is a cat.",
    ],
)
def test_what_would_need_a_guess_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_sentence(text)


def test_a_noun_and_a_verb_of_the_same_letters_are_two_words() -> None:
    text = "If Rock is neither a fly nor a bird, then Rock neither flies nor breathes."
    assert "is_fly" in lean(read_sentence(text)) and "is_do_fly" in lean(read_sentence(text))


def test_every_sentence_of_the_samples_is_read_or_refused() -> None:
    read = 0
    for name in ("folio", "entailment_bank"):
        for problem in sample(name):  # type: ignore[arg-type]
            for text in (*problem.texts.values(), problem.hypothesis):
                try:
                    read_sentence(text)
                except Refusal as refusal:
                    assert "\n" not in refusal.describe(text)
                else:
                    read += 1
    assert read > 600  # of 2,600, repeated ones among them


def test_a_chain_of_rules_becomes_a_tree_of_single_steps() -> None:
    answer = decomposition(TEXTS, PROBLEM["hypothesis"])
    assert answer["nodes"] == [
        {"id": "int1", "claim": "Rock is reptile.", "children": ["s2", "s1"]},
        {"id": "hypothesis", "claim": "Rock is an animal.", "children": ["s3", "int1"]},
    ]


def test_what_does_not_come_out_by_units_is_asked_at_once() -> None:
    texts = {"s1": "All cats are cute.", "s2": "All cute things are nice."}
    assert decomposition(texts, "All cats are nice.")["nodes"] == [
        {"id": "hypothesis", "claim": "All cats are nice.", "children": ["s1", "s2"]}
    ]


def test_a_sentence_that_uses_a_word_otherwise_is_left_out() -> None:
    texts = {"hypothesis": "Greyhound is an airline.", "p1": "A Greyhound is a dog."}
    answer = forms(texts)
    assert [item["form"] is None for item in answer["forms"]] == [False, True]  # type: ignore
    assert "'greyhound' is bound differently in hypothesis and p1" in str(answer["notes"])


def test_an_unread_hypothesis_is_declined_with_the_place() -> None:
    answer = decomposition({"s1": "Rock is a cat."}, "Rock was a cat.")
    assert answer["nodes"] == []
    assert "the word 'was' is not in the fragment at characters 5-8" in str(answer["notes"])
