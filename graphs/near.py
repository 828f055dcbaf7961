"""Which of many short texts are near to some others: by an embedding model, else by their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from proofloop.core.errors import ModelUnavailable
from proofloop.graphs.banks import similarity
from proofloop.tools.examples.vectors import unit
from proofloop.tools.lean.premises.embed import Embedder

# The places of the chosen among the stored, by (stored, asked, most).
Choice = Callable[[Sequence[str], Sequence[str], int], Sequence[int]]


def last(stored: Sequence[str], asked: Sequence[str], most: int) -> Sequence[int]:
    return range(len(stored))[-most:]


def by_words(stored: Sequence[str], asked: Sequence[str], most: int) -> Sequence[int]:
    return best([max(similarity(text, each) for each in asked) for text in stored], most)


def best(likeness: Sequence[float], most: int) -> list[int]:
    """The places of the highest, of equals the newest."""
    return sorted(range(len(likeness)), key=lambda place: (likeness[place], place))[-most:]


async def nearest(
    embedder: Embedder | None,
    stored: Sequence[str],
    asked: Sequence[str],
    most: int,
    *,
    least: float = -1.0,
    otherwise: Choice = by_words,
) -> list[str]:
    """At most so many of the stored, those most like any of the asked, in their order: by the
    cosine of their vectors, which is to be ``least`` or more, and ``otherwise`` without an embedder
    or while its server is down. Raises what the embedder raises but for that."""
    if not stored or not asked:
        return []
    places = otherwise(stored, asked, most)
    if embedder is not None:
        try:
            vectors = [unit(one) for one in await embedder.embed([*stored, *asked])]
        except ModelUnavailable:
            pass
        else:
            wanted = vectors[len(stored) :]
            likeness = [
                max(sum(a * b for a, b in zip(one, other, strict=True)) for other in wanted)
                for one in vectors[: len(stored)]
            ]
            places = [place for place in best(likeness, most) if likeness[place] >= least]
    return [stored[place] for place in sorted(places)]
