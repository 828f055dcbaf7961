"""An index of premises in one SQLite file: BM25 over words of name, type, documentation and shape.

SQLite's FTS5 was chosen over bm25s and rank_bm25: it comes with Python, opens in a millisecond
where those load the whole corpus first, and keeps the premises themselves beside the index.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

from proofloop.core.errors import StorageError
from proofloop.tools.lean.premises.premise import Hit, Premise
from proofloop.tools.lean.premises.shapes import shape_words
from proofloop.tools.lean.premises.words import name_words, query_words, type_words

FORMAT = 1  # of the tables and of the words in them; another is built anew

WEIGHTS = (4.0, 1.0, 1.0, 3.0)  # of name, type, documentation, shape
CANDIDATES = 300  # by BM25, before the order is refined
NAME_LIKE = re.compile(r"[^\W\d][\w']*([._][\w'?!]+)+|[A-Z]\w*\.")
# Machinery of tactics and tools; true, and hardly ever what one looks for.
MACHINERY = re.compile(r"^(Lean|Std\.(Internal|Tactic|Do|Time|Http))\.|\.Internal\.")

SCHEMA = """
CREATE TABLE premises (
  id INTEGER PRIMARY KEY, name TEXT UNIQUE, kind TEXT, type TEXT, module TEXT, doc TEXT,
  deprecated TEXT
);
CREATE VIRTUAL TABLE words USING fts5(
  name, type, doc, shape, content='', tokenize='porter ascii'
);
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT);
"""
COLUMNS = "p.name, p.kind, p.type, p.module, p.doc, p.deprecated"


class PremiseIndex:
    """Open for reading; safe to use from several threads one after the other."""

    def __init__(self, path: Path) -> None:
        """Raises StorageError for a file that is no index of this format."""
        self.path = path
        self._names: tuple[str, ...] | None = None
        try:
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            facts = dict(self._db.execute("SELECT key, value FROM facts"))
        except sqlite3.Error as error:
            raise StorageError(f"{path} is no index of premises: {error}") from None
        if facts.get("format") != str(FORMAT):
            self.close()
            raise StorageError(f"{path} is an index of another format")
        self.facts: dict[str, str] = facts

    def __len__(self) -> int:
        return int(self.facts["count"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    def search(self, text: str, k: int = 10, *, kinds: Sequence[str] = ()) -> list[Hit]:
        """The ``k`` premises nearest to English words, Lean types, beginnings of names, or a mix;
        best first. Nothing is found for a text without a word."""
        text = text.replace("\0", " ")  # SQLite's text ends there
        found = self._by_name(text, k, kinds) + self._by_words(text, kinds)
        best: dict[str, Hit] = {}
        for hit in found:
            known = best.get(hit.premise.name)
            if known is None or hit.score > known.score:
                best[hit.premise.name] = hit
        ranked = sorted(best.values(), key=lambda hit: (-hit.score, hit.premise.name))
        return ranked[:k]

    def get(self, name: str) -> Premise | None:
        rows = self._premises("FROM premises p WHERE p.name = ?", (name,))
        return rows[0] if rows else None

    def names(self) -> tuple[str, ...]:
        """All names, in the order of the imports."""
        if self._names is None:
            rows = self._db.execute("SELECT name FROM premises ORDER BY id")
            self._names = tuple(name for (name,) in rows)
        return self._names

    def premises(self) -> list[Premise]:
        """All of them, in the order of ``names``."""
        return self._premises("FROM premises p ORDER BY p.id", ())

    def _by_words(self, text: str, kinds: Sequence[str]) -> list[Hit]:
        words = query_words(text)
        if not words:
            return []
        shapes = shape_words(text)
        match = " OR ".join(f'"{word}"' for word in (*words, *shapes))
        rows = self._db.execute(
            f"SELECT -bm25(words, {', '.join(map(str, WEIGHTS))}), {COLUMNS} FROM words"
            " JOIN premises p ON p.id = words.rowid WHERE words MATCH ?"
            f"{of_kinds(kinds)} ORDER BY 1 DESC LIMIT {CANDIDATES}",
            (match, *kinds),
        )
        asked = set(words)
        return [
            Hit(premise=premise, score=score * preference(premise, asked))
            for score, premise in ((row[0], as_premise(row[1:])) for row in rows)
        ]

    def _by_name(self, text: str, k: int, kinds: Sequence[str]) -> list[Hit]:
        """What begins with a text that looks like a name, above everything else."""
        text = text.strip()
        if not NAME_LIKE.fullmatch(text):
            return []
        rows = self._premises(
            f"FROM premises p WHERE p.name GLOB ?{of_kinds(kinds)} ORDER BY length(p.name), p.name"
            " LIMIT ?",
            (f"{glob_escaped(text)}*", *kinds, k),
        )
        return [Hit(premise=row, score=1000.0 - len(row.name)) for row in rows]

    def _premises(self, rest: str, arguments: tuple[object, ...]) -> list[Premise]:
        return [as_premise(row) for row in self._db.execute(f"SELECT {COLUMNS} {rest}", arguments)]


def build(path: Path, premises: Iterable[Premise], facts: Mapping[str, str]) -> None:
    """Write an index to ``path``, whole or not at all. ``facts`` are kept beside it as texts; of
    two premises of one name the first stays. Raises StorageError."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    unfinished.unlink(missing_ok=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(unfinished)
        try:
            fill(database, premises, facts)
        finally:
            database.close()
        unfinished.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"cannot write {path}: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def fill(
    database: sqlite3.Connection, premises: Iterable[Premise], facts: Mapping[str, str]
) -> None:
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.executescript(SCHEMA)
    count = 0
    with database:
        for premise in premises:
            row = premise.model_dump()
            added = database.execute(
                "INSERT OR IGNORE INTO premises (id, name, kind, type, module, doc, deprecated)"
                " VALUES (:id, :name, :kind, :type, :module, :doc, :deprecated)",
                row | {"id": count + 1},
            )
            if added.rowcount:
                count += 1
                database.execute(
                    "INSERT INTO words (rowid, name, type, doc, shape) VALUES (?, ?, ?, ?, ?)",
                    (count, *(" ".join(words) for words in indexed(premise))),
                )
        database.execute("INSERT INTO words (words) VALUES ('optimize')")
        kept = {**facts, "format": str(FORMAT), "count": str(count)}
        database.executemany("INSERT INTO facts VALUES (?, ?)", kept.items())
    database.execute("VACUUM")


def indexed(premise: Premise) -> tuple[list[str], list[str], list[str], list[str]]:
    """The words of each column."""
    return (
        name_words(premise.name),
        type_words(premise.type),
        type_words(premise.doc),
        shape_words(premise.type),
    )


def preference(premise: Premise, asked: set[str]) -> float:
    """What BM25 does not see: how much of the name was asked for, and that some premises are
    seldom meant."""
    words = set(name_words(premise.name))
    common = len(words & asked)
    f1 = 2 * common / (len(words) + len(asked)) if common else 0.0
    factor = 1.0 + f1
    if MACHINERY.search(premise.name):
        factor *= 0.5
    if premise.deprecated:
        factor *= 0.5
    if premise.kind == "instance":
        factor *= 0.7
    return factor


def of_kinds(kinds: Sequence[str]) -> str:
    return f" AND p.kind IN ({', '.join('?' * len(kinds))})" if kinds else ""


def glob_escaped(text: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", text)


def as_premise(row: Sequence[str]) -> Premise:
    name, kind, type_, module, doc, deprecated = row
    return Premise(name=name, kind=kind, type=type_, module=module, doc=doc, deprecated=deprecated)


def fact_list(values: Iterable[str]) -> str:
    """A list as one fact."""
    return json.dumps(list(values), ensure_ascii=False)
