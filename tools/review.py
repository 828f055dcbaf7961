"""The queue of statements that wait for a person: an SQLite file that survives a kill.

What a pipeline adds twice is there once, so that a run that goes on where it was killed leaves no
doubles; what a person has decided stays decided. An edited statement counts when a re-check has
passed it; until then it is a draft, and its item still waits.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, JsonValue, ValidationError, model_validator

from proofloop.core.database import open_database
from proofloop.core.errors import InputError, StorageError
from proofloop.core.journal import fingerprint
from proofloop.core.model import Frozen
from proofloop.tools.lean.lemmas import normalised

Outcome = Literal["accepted", "edited", "rejected", "returned"]
Action = Literal["accept", "edit", "reject", "comment"]
_TABLE = (
    "CREATE TABLE IF NOT EXISTS review (id TEXT PRIMARY KEY, item TEXT NOT NULL, added REAL,"
    " decision TEXT, statement TEXT NOT NULL DEFAULT '', comment TEXT NOT NULL DEFAULT '',"
    " decided REAL, recheck TEXT)"
)
_FIELDS = "id, item, decision, statement, comment, recheck"
# Remarks are kept one below the other; one made again (a kill came between) is there once.
_REMARK = (
    "comment = CASE WHEN :words IN ('', comment) OR"
    " substr(comment, -length(:words) - 1) = char(10) || :words THEN comment"
    " WHEN comment = '' THEN :words ELSE comment || char(10) || :words END"
)


class ReviewItem(Frozen):
    """A formal ``statement`` of the ``informal`` text, read after ``header``. ``votes`` are the
    judges', with their back-translations, ``translation`` is one that no judge made; ``warnings``
    are those of the hygiene checks, ``faults`` what Lean's kernel has accepted against it: that it
    is false, or vacuous; ``samples`` says how many formalizations say the same,
    ``others`` which texts these had; ``differs`` tells it from another reading of the text;
    ``revises`` that a formalizer waits for a comment, by which the item is decided ("returned")."""

    task: str
    informal: str
    header: str
    statement: str
    votes: tuple[dict[str, JsonValue], ...] = ()
    warnings: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    samples: int = 1
    others: tuple[str, ...] = ()
    translation: str = ""
    differs: str = ""
    revises: bool = False

    @property
    def id(self) -> str:
        return fingerprint([self.task, self.informal, self.header, normalised(self.statement)])[:16]

    @property
    def translations(self) -> dict[str, str]:
        """What the Lean says in words, by who said so."""
        said = {str(vote.get("judge")): str(vote.get("back_translation")) for vote in self.votes}
        return ({"": self.translation} if self.translation else {}) | {
            judge: words for judge, words in said.items() if words not in ("", "None")
        }


class Decision(Frozen):
    """What a person says of an item. ``statement`` is the new one of an edit; a ``comment`` goes
    with every action; alone it sends the item back to its formalizer, or leaves it open."""

    action: Action
    statement: str = ""
    comment: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.action == "edit") != bool(self.statement.strip()):
            raise ValueError("an edit, and nothing else, brings a statement")
        if self.action == "comment" and not self.comment.strip():
            raise ValueError("a comment brings words")
        return self


class Recheck(Frozen):
    """What was found of an edited ``statement``. ``fault`` is the stage that refused it ("" for
    none, "unchecked" while no answer is there), ``words`` what it said; ``consistent`` is the
    panel's decision where it was asked, which refuses nothing."""

    statement: str
    fault: str = ""
    words: str = ""
    warnings: tuple[str, ...] = ()
    votes: tuple[dict[str, JsonValue], ...] = ()
    consistent: bool | None = None
    lean: str = ""

    @property
    def passed(self) -> bool:
        return not self.fault


class Reviewed(Frozen):
    """An item with what a person decided; ``decision`` is None while it waits. ``statement`` is
    the edited one that counts; ``recheck`` is about the last edit, counting or not."""

    id: str
    item: ReviewItem
    decision: Outcome | None = None
    statement: str = ""
    comment: str = Field(default="", description="the reviewer's own words")
    recheck: Recheck | None = None

    @property
    def accepted(self) -> bool:
        """Whether a person wants it and, where they changed it, a re-check has passed it."""
        if self.decision != "edited":
            return self.decision == "accepted"
        found = self.recheck
        return found is not None and found.passed and found.statement == self.statement

    @property
    def waits(self) -> bool:
        return not self.accepted and self.decision not in ("rejected", "returned")

    @property
    def formal(self) -> str:
        """The statement that counts, or would."""
        return self.statement or self.item.statement

    @property
    def draft(self) -> str:
        """What the next edit starts from."""
        return self.recheck.statement if self.recheck else self.formal


class ReviewQueue:
    """An SQLite file at ``path``, made when it is first used, which several processes may share;
    None keeps it in memory. What a method writes is on the disk when it returns.

    Methods raise StorageError when the file cannot be read or written, and InputError for an
    unknown item."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path

    @cached_property
    def _database(self) -> sqlite3.Connection:
        database = open_database(self.path)
        database.execute(_TABLE)
        known = {row[1] for row in database.execute("PRAGMA table_info(review)")}
        if "recheck" not in known:  # a queue made before edits were kept
            with contextlib.suppress(sqlite3.OperationalError):  # or another process has just
                database.execute("ALTER TABLE review ADD COLUMN recheck TEXT")
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
        with self._errors():
            rows = self._database.execute(f"SELECT {_FIELDS} FROM review ORDER BY rowid").fetchall()
        found = [self._read(row) for row in rows]
        return [one for one in found if one.waits] if waiting else found

    def find(self, id: str) -> Reviewed | None:
        with self._errors():
            row = self._database.execute(
                f"SELECT {_FIELDS} FROM review WHERE id = ?", (id,)
            ).fetchone()
        return self._read(row) if row else None

    def get(self, id: str) -> Reviewed:
        if (found := self.find(id)) is None:
            raise self._unknown(id)
        return found

    def decide(
        self,
        id: str,
        decision: Outcome | None,
        *,
        comment: str = "",
        recheck: Recheck | None = None,
        seen: Reviewed | None = None,
    ) -> Reviewed:
        """Set or, with None, take back a decision. "edited" needs the ``recheck`` that has passed
        the statement. With ``seen``, the item as it was shown, nothing is written over what
        somebody else has decided since: InputError."""
        if (decision == "edited") != (recheck is not None and recheck.passed):
            raise ValueError("an edit counts, and nothing else does, by a re-check that passed")
        values = {
            "decision": decision,
            "statement": recheck.statement if recheck else "",
            "recheck": recheck.model_dump_json() if recheck else None,
            "decided": time.time() if decision else None,
            "words": comment.strip(),
            "id": id,
            "any": seen is None,
            "seen": seen.decision if seen else None,
        }
        changed = self._write(
            "decision = :decision, statement = :statement, decided = :decided,"
            f" recheck = coalesce(:recheck, recheck), {_REMARK}",
            values,
            "AND (:any OR decision IS :seen)",
        )
        if not changed:
            now = self.get(id)
            raise InputError(f"item {id} was {now.decision or 'opened'} by somebody else meanwhile")
        return self.get(id)

    def draft(self, id: str, recheck: Recheck | None, *, comment: str = "") -> Reviewed:
        """Keep an edit that does not count, or not yet; with None, drop it."""
        kept = recheck.model_dump_json() if recheck else None
        values = {"recheck": kept, "words": comment.strip(), "id": id}
        if not self._write(f"recheck = :recheck, {_REMARK}", values):
            raise self._unknown(id)
        return self.get(id)

    def comment(self, id: str, words: str, *, seen: Reviewed | None = None) -> Reviewed:
        """Add a remark. It sends an open item back to a formalizer that waits for it; any other
        stays open or decided as it was. ``seen`` as in ``decide``."""
        before = self.get(id)
        if words.strip() and before.waits and before.item.revises:
            return self.decide(id, "returned", comment=words, seen=seen)
        if not self._write(_REMARK, {"words": words.strip(), "id": id}):
            raise self._unknown(id)
        return self.get(id)

    def close(self) -> None:
        if "_database" in self.__dict__:
            self._database.close()
            del self._database

    def __len__(self) -> int:
        with self._errors():
            return int(self._database.execute("SELECT count(*) FROM review").fetchone()[0])

    def _write(self, change: str, values: Mapping[str, object], unless: str = "") -> int:
        with self._errors(), self._database:
            return self._database.execute(
                f"UPDATE review SET {change} WHERE id = :id {unless}", values
            ).rowcount

    def _read(self, row: tuple[str, str, Outcome | None, str, str, str | None]) -> Reviewed:
        try:
            return Reviewed(
                id=row[0],
                item=ReviewItem.model_validate_json(row[1]),
                decision=row[2],
                statement=row[3],
                comment=row[4],
                recheck=Recheck.model_validate_json(row[5]) if row[5] else None,
            )
        except ValidationError as error:
            words = f"item {row[0]} is damaged: {error.errors()[0]['msg']}"
            raise StorageError(f"review queue {self.path or 'in memory'}: {words}") from None

    def _unknown(self, id: str) -> InputError:
        return InputError(f"no item {id!r} in the review queue", file=self.path)

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StorageError(f"review queue {self.path or 'in memory'}: {error}") from None
