"""Vectors beside the words: an optional second opinion on what is near, and how both are joined.

Vectors are kept as a NumPy array in a file beside the index and compared one by one: of a hundred
thousand premises that takes tens of milliseconds. (sqlite-vec would need a Python whose SQLite
loads extensions, which many have not.) Without an embedder nothing here runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

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

    async def aclose(self) -> None: ...


class VectorIndex:
    """The vectors of an index's premises, each of length 1, in the order of its names."""

    def __init__(self, path: Path) -> None:
        """Raises MissingExtra without NumPy, StorageError for a file that holds no vectors."""
        self.path = path
        numpy = load_numpy()
        try:
            self._vectors: Any = numpy.load(path, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise StorageError(f"{path} holds no vectors: {error}") from None

    def nearest(self, vector: Sequence[float], k: int) -> list[int]:
        """The places of the ``k`` premises whose vectors are nearest by cosine, best first."""
        numpy = load_numpy()
        likeness = self._vectors @ numpy.asarray(vector, dtype="float32")
        best: list[int] = numpy.argsort(-likeness, kind="stable")[:k].tolist()
        return best


async def embed_index(
    index: PremiseIndex, embedder: Embedder, progress: Progress | None = None
) -> VectorIndex:
    """The vectors of ``index`` by this embedder, made if they are not there: one pass over all
    premises, ``BATCH`` texts a call. Raises what the embedder raises, MissingExtra, StorageError.
    """
    safe = "".join(c if c.isalnum() else "-" for c in embedder.name)
    path = index.path.with_name(f"{index.path.stem}.{safe}.npy")
    if not path.exists():
        await _make(path, index.premises(), embedder, progress or (lambda stage, done: None))
    return VectorIndex(path)


async def _make(
    path: Path, premises: Sequence[Premise], embedder: Embedder, progress: Progress
) -> None:
    numpy = load_numpy()
    rows: list[list[float]] = []
    for start in range(0, len(premises), BATCH):
        batch = premises[start : start + BATCH]
        rows += await embedder.embed([described(premise) for premise in batch])
        progress("embedding premises", (start + len(batch)) / len(premises))
    vectors = numpy.asarray(rows, dtype="float32")
    lengths = numpy.linalg.norm(vectors, axis=1, keepdims=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as file:
            numpy.save(file, vectors / numpy.maximum(lengths, 1e-12))
        unfinished.replace(path)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def load_numpy() -> Any:
    try:
        import numpy
    except ImportError:
        raise MissingExtra("search by embeddings", "embeddings") from None
    return numpy


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
