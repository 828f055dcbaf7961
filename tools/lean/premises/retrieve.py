"""Premises for a prompt: the one seam through which agents and graphs ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from proofloop.tools.lean.premises.embed import CANDIDATES, Embedder, VectorIndex, fused
from proofloop.tools.lean.premises.index import PremiseIndex
from proofloop.tools.lean.premises.nearest import nearest
from proofloop.tools.lean.premises.premise import Hit, render

# What a proof or a statement can name; constructors and recursors come with their types.
USEFUL = ("theorem", "axiom", "def", "abbrev", "inductive", "structure", "class")


class PremiseSource(Protocol):
    """Whatever finds premises for a text."""

    async def search(self, text: str, k: int = 10, *, kinds: Sequence[str] = ()) -> list[Hit]:
        """At most ``k`` premises, best first."""
        ...

    def nearest(self, name: str, k: int = 5) -> list[Hit]:
        """At most ``k`` existing names like this one, best first."""
        ...


@dataclass(frozen=True)
class Retriever:
    """Implements PremiseSource: by words, and where there are an embedder and its vectors by both,
    their rankings fused."""

    index: PremiseIndex
    embedder: Embedder | None = None
    vectors: VectorIndex | None = None

    async def search(self, text: str, k: int = 10, *, kinds: Sequence[str] = ()) -> list[Hit]:
        if self.embedder is None or self.vectors is None or not text.strip():
            return self.index.search(text, k, kinds=kinds)
        by_words = self.index.search(text, max(k, CANDIDATES), kinds=kinds)
        [vector] = await self.embedder.embed([text])
        names = self.index.names()
        near = [
            Hit(premise=premise, score=0.0)
            for place in self.vectors.nearest(vector, max(k, CANDIDATES))
            if (premise := self.index.get(names[place])) and (not kinds or premise.kind in kinds)
        ]
        return fused((by_words, near), k)

    def nearest(self, name: str, k: int = 5) -> list[Hit]:
        return nearest(self.index, name, k)

    def close(self) -> None:
        self.index.close()


async def premises_for(
    source: PremiseSource | None, text: str, k: int, *, characters: int = 3000
) -> str:
    """The ``k`` premises nearest to an informal text or a Lean statement, as Lean declarations of
    at most so many characters; "" without a source or a hit."""
    if source is None or k <= 0:
        return ""
    hits = await source.search(text, k, kinds=USEFUL)
    return render((hit.premise for hit in hits), characters=characters)
