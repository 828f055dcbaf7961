"""Statements proved before, with their proofs: a sub-goal that came up once is not searched again.

Entries are keyed by the Lean that accepted the proof, the header, and the statement without its
name, its comments and its line breaks. A store is a hint and never a ground of acceptance: what
it gives is checked like any other proof, by whoever asked for it.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from proofloop.core.database import open_database
from proofloop.core.errors import InputError, StorageError
from proofloop.core.journal import fingerprint
from proofloop.tools.lean.report import LeanVersion
from proofloop.tools.lean.text import LOOKED_AT, blank_comments, has_quotes, split_statement

_NAME_PART = r"[\w'!?.«»]"
_TABLE = "CREATE TABLE IF NOT EXISTS lemmas (key TEXT PRIMARY KEY, name TEXT, proof TEXT)"


class LemmaStore:
    """An SQLite file at ``path``, which several processes may share; None keeps it in memory.

    Methods raise StorageError when the file cannot be read or written."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        with self._errors():
            self._database = open_database(path)
            self._database.execute(_TABLE)

    def find(self, lean: LeanVersion, header: str, statement: str) -> str | None:
        """A proof of this statement, under its own name, that Lean accepted before."""
        with self._errors():
            row = self._database.execute(
                "SELECT name, proof FROM lemmas WHERE key = ?", (key(lean, header, statement),)
            ).fetchone()
        return None if row is None else renamed(row[1], row[0], name_of(statement))

    def add(self, lean: LeanVersion, header: str, statement: str, proof: str) -> None:
        """Keep an accepted proof, in place of an older one."""
        entry = (key(lean, header, statement), name_of(statement), proof)
        with self._errors(), self._database:
            self._database.execute("INSERT OR REPLACE INTO lemmas VALUES (?, ?, ?)", entry)

    def drop(self, lean: LeanVersion, header: str, statement: str) -> None:
        """Forget a proof that Lean no longer accepts."""
        with self._errors(), self._database:
            self._database.execute(
                "DELETE FROM lemmas WHERE key = ?", (key(lean, header, statement),)
            )

    def close(self) -> None:
        self._database.close()

    def __len__(self) -> int:
        with self._errors():
            return int(self._database.execute("SELECT count(*) FROM lemmas").fetchone()[0])

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StorageError(f"lemma store {self.path or 'in memory'}: {error}") from None


def key(lean: LeanVersion, header: str, statement: str) -> str:
    """Equal for statements that differ only in the theorem's name, comments and white space."""
    return fingerprint([lean.version, header.strip(), normalised(statement)])


@lru_cache(maxsize=LOOKED_AT)
def normalised(statement: str) -> str:
    if has_quotes(statement):  # what stands in a string is not the same with other spaces
        return statement.strip()
    unnamed = renamed(blank_comments(statement), name_of(statement), "_")
    return " ".join(unnamed.split())


def name_of(statement: str) -> str:
    """The theorem's name, "" where the text shows none."""
    try:
        return split_statement(statement).name
    except InputError:
        return ""


def renamed(text: str, old: str, new: str) -> str:
    """The text with every whole word ``old`` as ``new``."""
    if not old or old == new:
        return text
    whole = rf"(?<!{_NAME_PART}){re.escape(old)}(?!{_NAME_PART})"
    return re.sub(whole, lambda _: new, text)
