"""Vectors beside the words: an optional second opinion on what is near, and how both are joined.

Vectors are kept by sqlite-vec in a file beside the index. Without an embedder nothing here runs.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from proofloop.core.errors import MissingExtra, StorageError
from proofloop.tools.lean.premises.index import PremiseIndex
from proofloop.tools.lean.premises.premise import Hit, Premise

BATCH = 256  # texts of one call
RANK_CONSTANT = 60  # of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)
CANDIDATES = 100  # of each ranking

Progress = Callable[[str, float], None]


class Embedder(Protocol):
    """Turns texts into vectors of one length; ``name`` tells vectors of different makers apart."""

    @property
    def name(self) -> str: ...

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text, in order. Raises ModelError or ModelRejected."""
        ...


class VectorIndex:
    """The vectors of an index's premises, in the order of its names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = connect(path)

    def close(self) -> None:
        self._db.close()

    def nearest(self, vector: Sequence[float], k: int) -> list[int]:
        """The places of the ``k`` premises whose vectors are nearest by cosine, best first."""
        rows = self._db.execute(
            "SELECT rowid FROM vectors WHERE embedding MATCH ? AND k = ? ORDER BY distance",
            (packed(vector), k),
        )
        return [place for (place,) in rows]


async def embed_index(
    index: PremiseIndex, embedder: Embedder, progress: Progress | None = None
) -> VectorIndex:
    """The vectors of ``index`` by this embedder, made if they are not there: one pass over all
    premises, ``BATCH`` texts a call. Raises what the embedder raises, MissingExtra, StorageError.
    """
    safe = "".join(c if c.isalnum() else "-" for c in embedder.name)
    path = index.path.with_name(f"{index.path.stem}.{safe}.vectors")
    if not path.exists():
        await _make(path, index.premises(), embedder, progress or (lambda stage, done: None))
    return VectorIndex(path)


async def _make(
    path: Path, premises: Sequence[Premise], embedder: Embedder, progress: Progress
) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    unfinished.unlink(missing_ok=True)
    database = connect(unfinished)
    try:
        for start in range(0, len(premises), BATCH):
            batch = premises[start : start + BATCH]
            vectors = await embedder.embed([described(premise) for premise in batch])
            if start == 0:
                database.execute(
                    "CREATE VIRTUAL TABLE vectors USING vec0("
                    f"embedding float[{len(vectors[0])}] distance_metric=cosine)"
                )
            rows = ((start + place, packed(vector)) for place, vector in enumerate(vectors))
            database.executemany("INSERT INTO vectors (rowid, embedding) VALUES (?, ?)", rows)
            progress("embedding premises", (start + len(batch)) / len(premises))
        database.commit()
        database.close()
        unfinished.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"cannot write {path}: {error}") from error
    finally:
        database.close()
        unfinished.unlink(missing_ok=True)


def connect(path: Path) -> sqlite3.Connection:
    try:
        import sqlite_vec
    except ImportError:
        raise MissingExtra("search by embeddings", "embeddings") from None
    database = sqlite3.connect(path, check_same_thread=False)
    if not hasattr(database, "enable_load_extension"):
        raise StorageError("this Python's sqlite3 loads no extensions, which embeddings need")
    database.enable_load_extension(True)
    sqlite_vec.load(database)
    database.enable_load_extension(False)
    return database


def packed(vector: Sequence[float]) -> bytes:
    import sqlite_vec

    return bytes(sqlite_vec.serialize_float32(list(vector)))


def described(premise: Premise) -> str:
    """A premise as the text that is embedded."""
    return f"{premise.doc}\n{premise.name} : {premise.type}".strip()[:2000]


def fused(rankings: Sequence[Sequence[Hit]], k: int) -> list[Hit]:
    """One ranking from several by reciprocal rank fusion: scores of different kinds never meet."""
    scores: dict[str, float] = {}
    premises: dict[str, Premise] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, 1):
            name = hit.premise.name
            premises[name] = hit.premise
            scores[name] = scores.get(name, 0.0) + 1 / (RANK_CONSTANT + rank)
    order = sorted(scores, key=lambda name: (-scores[name], name))
    return [Hit(premise=premises[name], score=round(scores[name], 6)) for name in order[:k]]
