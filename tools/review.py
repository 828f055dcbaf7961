"""The queue of statements that wait for a person: an SQLite file that survives a kill.

What a pipeline adds twice is there once, so that a run that goes on where it was killed leaves no
doubles; what a person has decided stays decided.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, JsonValue

from proofloop.core.errors import InputError, StorageError
from proofloop.core.journal import fingerprint
from proofloop.core.model import Frozen
from proofloop.tools.lean.lemmas import normalised

LOCK_SECONDS = 30.0  # how long one process waits for another that writes
Decision = Literal["accepted", "edited", "rejected"]
_TABLE = (
    "CREATE TABLE IF NOT EXISTS review (id TEXT PRIMARY KEY, item TEXT NOT NULL, added REAL,"
    " decision TEXT, statement TEXT NOT NULL DEFAULT '', comment TEXT NOT NULL DEFAULT '',"
    " decided REAL)"
)


class ReviewItem(Frozen):
    """A formal ``statement`` of the ``informal`` text, read after ``header``. ``votes`` are the
    judges', with their back-translations; ``warnings`` those of the hygiene checks; ``samples``
    says how many formalizations say the same, ``others`` which texts these had."""

    task: str
    informal: str
    header: str
    statement: str
    votes: tuple[dict[str, JsonValue], ...] = ()
    warnings: tuple[str, ...] = ()
    samples: int = 1
    others: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return fingerprint([self.task, self.informal, self.header, normalised(self.statement)])[:16]


class Reviewed(Frozen):
    """An item with what a person decided; ``statement`` is the edited one, ``decision`` None while
    it waits."""

    id: str
    item: ReviewItem
    decision: Decision | None = None
    statement: str = ""
    comment: str = Field(default="", description="the reviewer's own words")


class ReviewQueue:
    """An SQLite file at ``path``, made when it is first used, which several processes may share;
    None keeps it in memory.

    Methods raise StorageError when the file cannot be read or written."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path

    @cached_property
    def _database(self) -> sqlite3.Connection:
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self.path or ":memory:", timeout=LOCK_SECONDS)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(_TABLE)
        return database

    def add(self, item: ReviewItem) -> None:
        """What is in the queue already stays as it is."""
        entry = (item.id, item.model_dump_json(), time.time())
        with self._errors(), self._database:
            self._database.execute(
                "INSERT OR IGNORE INTO review (id, item, added) VALUES (?, ?, ?)", entry
            )

    def items(self, *, waiting: bool = False) -> list[Reviewed]:
        """In the order in which they came; with ``waiting`` only those not decided."""
        where = "WHERE decision IS NULL" if waiting else ""
        with self._errors():
            rows = self._database.execute(
                f"SELECT id, item, decision, statement, comment FROM review {where} ORDER BY rowid"
            ).fetchall()
        return [
            Reviewed(
                id=row[0],
                item=ReviewItem.model_validate(json.loads(row[1])),
                decision=row[2],
                statement=row[3],
                comment=row[4],
            )
            for row in rows
        ]

    def decide(
        self, id: str, decision: Decision | None, *, statement: str = "", comment: str = ""
    ) -> None:
        """Set or, with None, take back a decision. Raises InputError for an unknown item."""
        entry = (decision, statement, comment, time.time(), id)
        with self._errors(), self._database:
            changed = self._database.execute(
                "UPDATE review SET decision = ?, statement = ?, comment = ?, decided = ?"
                " WHERE id = ?",
                entry,
            ).rowcount
        if not changed:
            raise InputError(f"no item {id!r} in the review queue", file=self.path)

    def close(self) -> None:
        if "_database" in self.__dict__:
            self._database.close()

    def __len__(self) -> int:
        with self._errors():
            return int(self._database.execute("SELECT count(*) FROM review").fetchone()[0])

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StorageError(f"review queue {self.path or 'in memory'}: {error}") from None
