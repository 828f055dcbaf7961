"""The review queue: a real SQLite file."""

import sqlite3
from pathlib import Path

import pytest
from pydantic import ValidationError

from proofloop.core.errors import InputError, StorageError
from proofloop.tools.review import Decision, Recheck, ReviewItem, ReviewQueue

EDIT = Recheck(statement="theorem t1 : 1 = 1 + 0", lean="embedded 4")


def item(number: int = 1) -> ReviewItem:
    return ReviewItem(
        task=f"t{number}",
        informal="one is one",
        header="import Proofloop",
        statement=f"theorem t{number} : 1 = 1",
        votes=({"judge": "a", "passed": True},),
        warnings=("a computation",),
    )


def test_what_is_added_twice_is_there_once_and_decisions_stay(tmp_path: Path) -> None:
    queue = ReviewQueue(tmp_path / "runs" / "review.sqlite")
    assert not (tmp_path / "runs").exists()  # no run without a queue has the file
    queue.add(item(1))
    queue.add(item(2))
    queue.decide(item(1).id, "edited", recheck=EDIT, comment="odd")
    queue.add(item(1))
    queue.close()
    again = ReviewQueue(tmp_path / "runs" / "review.sqlite")
    first, second = again.items()
    assert (first.decision, first.statement, first.comment) == (
        "edited", "theorem t1 : 1 = 1 + 0", "odd",
    )  # fmt: skip
    assert (first.item, first.accepted, first.waits) == (item(1), True, False)
    assert again.items(waiting=True) == [second]
    again.decide(first.id, None)
    assert len(again.items(waiting=True)) == len(again) == 2
    assert again.get(first.id).draft == EDIT.statement  # what was written is not lost by that


def test_spaces_and_names_of_a_statement_make_no_other_item() -> None:
    spaced = item().model_copy(update={"statement": "theorem  other :\n 1 = 1"})
    assert spaced.id == item().id


def test_an_edit_counts_by_a_re_check_that_passed_it_and_by_nothing_else(tmp_path: Path) -> None:
    queue = ReviewQueue(tmp_path / "q")
    queue.add(item())
    for recheck in (None, EDIT.model_copy(update={"fault": "lean"})):
        with pytest.raises(ValueError, match="re-check"):
            queue.decide(item().id, "edited", recheck=recheck)
    found = queue.draft(item().id, EDIT.model_copy(update={"fault": "lean", "words": "no"}))
    assert (found.waits, found.decision, found.draft) == (True, None, EDIT.statement)
    assert queue.draft(item().id, None).draft == item().statement
    # Whatever else has written into the file:
    with sqlite3.connect(tmp_path / "q") as other:
        other.execute("UPDATE review SET decision = 'edited', statement = 'theorem t1 : 1 = 2'")
    (unchecked,) = queue.items(waiting=True)
    assert (unchecked.accepted, unchecked.waits) == (False, True)


def test_remarks_are_kept_one_below_the_other_and_none_twice() -> None:
    queue = ReviewQueue()
    queue.add(item())
    for words in ("100%", "100%", "first\nline", "first\nline", "100%"):
        queue.comment(item().id, words)
    queue.decide(item().id, "rejected", comment="too weak")
    assert queue.get(item().id).comment == "100%\nfirst\nline\n100%\ntoo weak"
    assert queue.decide(item().id, None).comment.endswith("too weak")


def test_a_decision_made_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    mine, theirs = ReviewQueue(tmp_path / "q"), ReviewQueue(tmp_path / "q")
    mine.add(item())
    shown = mine.get(item().id)
    theirs.decide(item().id, "rejected")
    with pytest.raises(InputError, match="was rejected by somebody else"):
        mine.decide(item().id, "accepted", seen=shown)
    assert mine.get(item().id).decision == "rejected"
    mine.decide(item().id, "accepted", seen=mine.get(item().id))
    assert theirs.get(item().id).decision == "accepted"


def test_a_queue_of_an_earlier_version_opens(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "old") as old:
        old.execute(
            "CREATE TABLE review (id TEXT PRIMARY KEY, item TEXT NOT NULL, added REAL,"
            " decision TEXT, statement TEXT NOT NULL DEFAULT '', comment TEXT NOT NULL DEFAULT '',"
            " decided REAL)"
        )
        row = (item().id, item().model_dump_json(exclude={"translation", "differs"}))
        old.execute("INSERT INTO review (id, item) VALUES (?, ?)", row)
    queue = ReviewQueue(tmp_path / "old")
    assert [one.item for one in queue.items(waiting=True)] == [item()]
    assert queue.decide(item().id, "edited", recheck=EDIT).accepted


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "edit"},
        {"action": "edit", "statement": "  "},
        {"action": "accept", "statement": "theorem t : 1 = 1"},
        {"action": "comment"},
        {"action": "approve"},
    ],
)
def test_a_decision_without_its_parts_is_none(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Decision.model_validate(fields)


def test_an_unknown_item_and_a_broken_file_are_named(tmp_path: Path) -> None:
    for act in (
        lambda queue: queue.decide("x", "accepted"),
        lambda queue: queue.draft("x", None),
        lambda queue: queue.comment("x", "hm"),
    ):
        with pytest.raises(InputError, match="no item 'x'"):
            act(ReviewQueue())
    (tmp_path / "broken").write_text("no database, " * 100)
    with pytest.raises(StorageError, match="broken"):
        ReviewQueue(tmp_path / "broken").items()
