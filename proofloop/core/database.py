"""SQLite files that several processes write."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

LOCK_SECONDS = 30.0  # how long one process waits for another that writes


def open_database(path: Path | None, *, any_thread: bool = False) -> sqlite3.Connection:
    """The file, made with its folder if it is not there, with a write-ahead log; None is in
    memory. With ``any_thread`` the caller sees to it that one thread at a time uses it. Raises
    sqlite3.Error and OSError."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(
        path or ":memory:", timeout=LOCK_SECONDS, check_same_thread=not any_thread
    )
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            # sqlite itself waits for every lock but the one for the change to this mode.
            waits = error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
            if not waits or time.monotonic() > until:
                database.close()
                raise
            time.sleep(0.01)
        else:
            return database
