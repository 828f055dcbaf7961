import sqlite3
import threading
import time
from pathlib import Path

import pytest

from proofloop.core.database import open_database


def test_many_may_make_one_file_at_the_same_time(tmp_path: Path) -> None:
    """Sqlite itself does not wait for the lock of the change to a write-ahead log."""
    faults: list[Exception] = []

    def make(path: Path, together: threading.Barrier) -> None:
        together.wait()
        try:
            open_database(path).close()
        except Exception as error:
            faults.append(error)

    for number in range(40):
        together = threading.Barrier(4)
        path = tmp_path / f"{number}" / "made.sqlite"
        threads = [threading.Thread(target=make, args=(path, together)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not faults


def test_a_file_that_cannot_be_one_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "folder.sqlite").mkdir()
    start = time.monotonic()
    with pytest.raises(sqlite3.OperationalError):
        open_database(tmp_path / "folder.sqlite")
    assert time.monotonic() - start < 5
