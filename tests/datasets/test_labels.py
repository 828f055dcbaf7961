"""Reading labelled statements and recorded votes."""

import json
from pathlib import Path

import pytest

from proofloop.agents.panel.vote import Pair, Vote
from proofloop.core.errors import InputError
from proofloop.core.journal import Journal
from proofloop.datasets.judge_votes import read_votes
from proofloop.datasets.labels import SAMPLES, Label, bundled, read_labels

GOOD = {"informal": "1 + 1 = 2", "lean": "theorem t : 1 + 1 = 2", "faithful": True}


def write(folder: Path, name: str, *lines: object) -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_the_bundled_sets_have_both_kinds_of_statements() -> None:
    counts = {}
    for name in SAMPLES:
        labels = bundled(name)
        said = [label.faithful for label in labels]
        counts[name] = (said.count(True), said.count(False), said.count(None))
        assert all(label.header.startswith("import") for label in labels)
        assert not any(label.lean.rstrip().endswith((":=", "by", "sorry")) for label in labels)
    assert counts == {"minif2f_rewrites": (105, 82, 0), "proofnet": (269, 88, 9)}


def test_a_line_may_say_formal_and_have_more_fields(tmp_path: Path) -> None:
    other = {"informal": "i", "formal": "theorem u : True", "faithful": None, "note": 1}
    one, two = read_labels(write(tmp_path, "labels.jsonl", GOOD, other))
    assert (one.id, one.faithful, one.lean) == ("1", True, GOOD["lean"])
    assert (two.id, two.faithful, two.lean) == ("2", None, "theorem u : True")


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (
            [GOOD, {"informal": "x", "lean": "y"}],
            "labels.jsonl:2: field 'faithful': Field required",
        ),
        ([{**GOOD, "faithful": "perhaps"}], "labels.jsonl:1: field 'faithful': Input should be"),
        ([{**GOOD, "informal": ""}], "field 'informal'"),
        ([{"informal": "x", "faithful": True}], "field 'lean'"),
        ([{**GOOD, "id": "a"}, {**GOOD, "id": "a"}], "labels.jsonl:2: field 'id': id 'a' occurs"),
        ([{**GOOD, "faithful": None}], "holds no label"),
        ([], "holds no label"),
        ([[1]], "labels.jsonl:1: not a JSON object"),
    ],
)
def test_a_bad_label_is_named(tmp_path: Path, lines: list[object], complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        read_labels(write(tmp_path, "labels.jsonl", *lines))
    assert complaint in str(caught.value)


def test_a_taxonomy_is_joined_with_the_statements_beside_it(tmp_path: Path) -> None:
    def row(number: int, word: str) -> dict[str, str]:
        return {"stem": f"proofnet-{number}", "q2_faithfulness": word, "q4_error_type": "e"}

    taxonomy = [row(1, "faithful"), row(2, "weaker"), row(3, "nl_ambiguous"), row(4, "faithful")]
    path = write(tmp_path, "error_taxonomy_proofnetsharp.jsonl", *taxonomy)
    write(
        tmp_path,
        "proofnet-verified.jsonl",
        *({"index": n, "name": f"Dummit_Foote_exercise_{n}"} for n in range(1, 5)),
    )
    statements = [
        {
            "id": f"Dummit-Foote|exercise_{n}",
            "nl_statement": f"text {n}",
            "lean4_src_header": "import Mathlib\n\n",
            "lean4_formalization": f"theorem t{n} : {n} = {n} := by\n  sorry",
        }
        for n in (1, 2, 3)
    ]
    write(tmp_path, "proofnetsharp.jsonl", *statements)
    labels = read_labels(path)
    assert read_labels(tmp_path) == labels
    assert [label.faithful for label in labels] == [True, False, None]
    assert labels[1].lean == "theorem t2 : 2 = 2"
    assert labels[1].kind == "weaker: e"
    with pytest.raises(InputError, match="labels statements that are not here"):
        read_labels(path.rename(tmp_path / "error_taxonomy_proofnet.jsonl"))


LABELS = [Label.model_validate({**GOOD, "id": "a"}), Label.model_validate({**GOOD, "id": "b"})]


def test_recorded_votes_are_read_and_the_last_of_a_judge_counts(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "judge": "j", "passed": None, "status": "error"},
        {"id": "a", "judge": "j", "passed": False},
        {"id": "b", "judge": "j", "passed": True, "score": 0.8},
    ]
    one, two = read_votes(write(tmp_path, "votes.jsonl", *lines), LABELS)
    assert (one.passed, one.score) == (False, 0.0)
    assert (two.passed, two.score) == (True, 0.8)


def test_votes_in_a_journal_are_matched_by_their_texts(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    for lean in (str(GOOD["lean"]), "theorem other : False"):
        pair = Pair(informal=str(GOOD["informal"]), lean=lean)
        vote = Vote(judge="j", passed=True, score=0.9, calls=1)
        journal.append("vote", key=lean, pair=pair.model_dump(), vote=vote.model_dump(mode="json"))
    journal.append("model", key="k")
    journal.close()
    (vote_line,) = read_votes(tmp_path / "journal.jsonl", LABELS[:1])
    assert (vote_line.id, vote_line.judge, vote_line.score) == ("a", "j", 0.9)
    # Of labels with the same texts each has it; one that is read after something else has not.
    other = LABELS[1].model_copy(update={"id": "c", "header": "open Real"})
    found = read_votes(tmp_path / "journal.jsonl", [*LABELS, other])
    assert [vote.id for vote in found] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ({"id": "zzz", "judge": "j", "passed": True}, "votes.jsonl:1: field 'id': no label has"),
        ({"id": "a", "passed": True}, "votes.jsonl:1: field 'judge': Field required"),
        ({"id": "a", "judge": "j", "passed": "x"}, "field 'passed'"),
        ({"id": "a", "judge": "j", "passed": True, "score": 3}, "field 'score'"),
    ],
)
def test_a_bad_vote_is_named(tmp_path: Path, line: object, complaint: str) -> None:
    with pytest.raises(InputError) as caught:
        read_votes(write(tmp_path, "votes.jsonl", line), LABELS)
    assert complaint in str(caught.value)
