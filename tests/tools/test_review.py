"""The review queue: a real SQLite file."""

from pathlib import Path

import pytest

from proofloop.core.errors import InputError, StorageError
from proofloop.tools.review import ReviewItem, ReviewQueue


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
    queue.decide(item(1).id, "edited", statement="theorem t1 : 1 = 1 + 0", comment="odd")
    queue.add(item(1))
    queue.close()
    again = ReviewQueue(tmp_path / "runs" / "review.sqlite")
    first, second = again.items()
    assert (first.decision, first.statement, first.comment) == (
        "edited", "theorem t1 : 1 = 1 + 0", "odd",
    )  # fmt: skip
    assert first.item == item(1)
    assert again.items(waiting=True) == [second]
    again.decide(first.id, None)
    assert len(again.items(waiting=True)) == len(again) == 2


def test_spaces_and_names_of_a_statement_make_no_other_item() -> None:
    spaced = item().model_copy(update={"statement": "theorem  other :\n 1 = 1"})
    assert spaced.id == item().id


def test_an_unknown_item_and_a_broken_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no item 'x'"):
        ReviewQueue().decide("x", "accepted")
    (tmp_path / "broken").write_text("no database, " * 100)
    with pytest.raises(StorageError, match="broken"):
        ReviewQueue(tmp_path / "broken").items()
