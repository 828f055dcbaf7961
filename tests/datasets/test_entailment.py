"""Entailment problems as they are read, and the bundled samples."""

import json
from pathlib import Path

import pytest

from proofloop.core.errors import InputError
from proofloop.datasets.entailment import parse_problems, read_problems, sample, tree_of
from proofloop.datasets.folio_formulas import folio_forms, read_formula
from proofloop.tools.entailment.form import Sentence
from proofloop.tools.entailment.problem import tree_faults
from proofloop.tools.entailment.symbols import symbol_table
from support.entailment import PROBLEM, TREE


def test_the_samples_are_whole() -> None:
    folio, bank = sample("folio"), sample("entailment_bank")
    assert (len(folio), len(bank)) == (204, 187)
    assert [sum(p.label == label for p in folio) for label in ("True", "False", "Uncertain")] == [
        72, 63, 69,
    ]  # fmt: skip
    assert all(problem.tree and not tree_faults(problem, problem.tree) for problem in bank)
    assert bank[1].tree[0].children == ("sent2", "sent4")
    assert bank[1].tree[-1].claim == bank[1].hypothesis


def test_a_proof_of_entailment_bank_becomes_a_tree() -> None:
    nodes = tree_of("sent2 & sent4 -> int1: a star; int1 & sent1 -> hypothesis; ", "h")
    assert nodes == [
        {"id": "int1", "claim": "a star", "children": ["sent2", "sent4"]},
        {"id": "hypothesis", "claim": "h", "children": ["int1", "sent1"]},
    ]


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps(PROBLEM | {"tree": TREE}) + "\n\n")
    (problem,) = read_problems(path)
    assert (problem.id, len(problem.tree)) == ("rock", 2)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "p:1: not JSON"),
        ("[]", "p:1: not a JSON object"),
        (json.dumps({"hypothesis": "h"}), "p:1: field 'sentences': Field required"),
        (json.dumps({"hypothesis": "h", "proof": "sent1 -> hypothesis;"}), "no known shape"),
        (json.dumps(PROBLEM | {"sentences": []}), "field 'sentences'"),
        (json.dumps(PROBLEM | {"extra": 1}), "field 'extra'"),
        (json.dumps(PROBLEM | {"tree": TREE[:1]}), "field 'tree': no node is called 'hypothesis'"),
        (json.dumps(PROBLEM | {"label": "Maybe"}), "field 'label'"),
        (
            json.dumps(PROBLEM | {"sentences": [{"id": "a b", "text": "x"}]}),
            "has to be a letter with",
        ),
        (json.dumps(PROBLEM) + "\n" + json.dumps(PROBLEM), "p:2: field 'id': id 'rock' occurs"),
        ("", "holds no problem"),
    ],
)
def test_bad_input_is_named_with_its_line_and_field(line: str, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_problems(line, "p")
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_folios_formulas_bind_their_words_consistently() -> None:
    found = folio_forms()
    assert len(found) == 187
    for forms in found.values():
        read = [Sentence(id=name, form=form) for name, form in forms.items()]
        assert symbol_table(read)[1] == []


@pytest.mark.parametrize(
    "formula", ["Engaged(bonnie", "∀x (A(x) → B(y))", "A(a1, b1, c1, d1)", "A ∧ B", ""]
)
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(InputError):
        read_formula(formula)


def test_connectives_bind_as_folio_uses_them() -> None:
    form = read_formula("A(tom) ⊕ B(tom) → C(tom) ∧ ¬A(tom)")
    assert form.op == "if"
    assert (form.given.op, form.then.op) == ("either", "and")
