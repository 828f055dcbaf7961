"""Logical forms, their symbols, and what is printed of them."""

import pytest

from proofloop.core.errors import InputError
from proofloop.tools.entailment.edits import edits
from proofloop.tools.entailment.form import Form, Is, Sentence, depth, read_form, walk
from proofloop.tools.entailment.lean_text import HEADER, hypothesis_name, sentence_statement
from proofloop.tools.entailment.symbols import symbol_table
from proofloop.tools.lean.backend import CheckRequest, LeanBackend
from support.entailment import EATS, all_are, event, is_, sentences

EVERYTHING = read_form(
    {
        "op": "all",
        "var": "x",
        "body": {
            "op": "iff",
            "left": {"op": "either", "left": is_("cat", "x"), "right": is_("dog", "x")},
            "right": {
                "op": "some",
                "var": "y1",
                "body": {
                    "op": "and",
                    "parts": [
                        {"op": "or", "parts": [{"op": "same", "left": "x", "right": "y1"}]},
                        {"op": "not", "body": event("eat", agent="x", patient="tom")},
                        {"op": "if", "given": is_("end", "y1"), "then": is_("type", "tom")},
                    ],
                },
            },
        },
    }
)


async def test_what_is_printed_is_what_lean_reads(lean: LeanBackend) -> None:
    """Every template; words that are Lean's own (end, type) are names here like any other."""
    assert {part.op for part in walk(EVERYTHING)} == {
        "is", "event", "same", "not", "and", "or", "either", "if", "iff", "all", "some",
    }  # fmt: skip
    source = sentence_statement(EVERYTHING) + " := by sorry"
    report = await lean.check(CheckRequest(source=source, header=HEADER, allow_sorry=True))
    assert report.accepted, report.reason


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({"op": "is", "kind": "cat) : False := by sorry --", "of": "tom"}, "lower-case letters"),
        ({"op": "is", "kind": "cat", "of": "sorry)"}, "lower-case letters"),
        ({"op": "is", "kind": "cat", "of": "x"}, "the variable 'x' is not bound"),
        ({"op": "is", "kind": "c", "of": "tom"}, "a single letter is a variable"),
        ({"op": "all", "var": "everybody", "body": is_("cat", "tom")}, "a variable is one letter"),
        ({"op": "event", "kind": "eat", "roles": {"victim": "tom"}}, "Input should be 'agent'"),
        ({"op": "event", "kind": "eat", "roles": {}}, "at least 1 item"),
        ({"op": "axiom", "name": "anything"}, "does not match any of the expected tags"),
        ({"op": "is", "kind": "cat", "of": "tom", "lean": "False"}, "Extra inputs"),
        ("theorem t : False", "valid dictionary"),
    ],
)
def test_a_form_that_is_none_is_refused_with_a_word(value: object, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        read_form(value)


def test_a_form_cannot_be_nested_without_end() -> None:
    value: object = is_("cat", "tom")
    for _ in range(40):
        value = {"op": "not", "body": value}
    with pytest.raises(InputError, match="nested deeper than 24"):
        read_form(value)


def test_a_word_of_two_sorts_is_a_conflict_of_two_sentences() -> None:
    table, conflicts = symbol_table(
        sentences(s1=is_("cat", "tom"), s2=all_are("animal", "tom"), s3=is_("animal", "tom"))
    )
    assert [str(each) for each in conflicts] == [
        "'tom' is bound differently in s1 and s2: the name of an entity and a kind of entity",
        # s3 agrees with s1, and so with what was bound first.
    ]
    assert table["tom"].sort == "entity"


def test_an_event_may_show_fewer_roles_but_not_others() -> None:
    fewer = sentences(s1=EATS, s2=event("eat", agent="tom"))
    assert symbol_table(fewer)[1] == []
    assert symbol_table(fewer)[0]["eat"].roles == {"agent", "patient"}
    other = sentences(s1=EATS, s2=event("eat", agent="tom", goal="rock"))
    (conflict,) = symbol_table(other)[1]
    assert str(conflict) == (
        "'eat' is bound differently in s1 and s2: with the roles agent, patient and agent, goal"
    )


def test_edits_are_single_changes_that_read_as_forms() -> None:
    form = read_form(all_are("cat", "cute"))
    table, _ = symbol_table(sentences(s1=all_are("cat", "cute"), s2=is_("dog", "tom")))
    found = list(edits(form, table))
    kinds = {edit.kind for edit in found}
    assert kinds == {"negate", "exchange word", "drop condition", "turn round", "add condition"}
    assert len({edit.form.model_dump_json() for edit in found}) == len(found)
    for edit in found:
        assert edit.form != form
        assert depth(edit.form) <= depth(form) + 1
        Sentence(id="s", form=edit.form)
    swapped = [edit for edit in edits(read_form(EATS), {}) if edit.kind == "swap roles"]
    assert [edit.form for edit in swapped] == [
        read_form(event("eat", agent="apple1", patient="tom"))
    ]


def test_a_sentence_without_quantifier_can_be_changed_at_its_root() -> None:
    form: Form = Is(kind="cat", of="tom")
    (edit,) = edits(form, {})
    assert (edit.kind, edit.what) == ("negate", "cat(tom) negated")


def test_names_of_hypotheses_are_those_of_the_sentences() -> None:
    assert hypothesis_name("sent1") == "h_sent1"
