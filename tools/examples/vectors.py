"""Examples found by what their texts mean: the cosine of an embedding model's vectors."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Sequence
from operator import mul

from proofloop.core.errors import ModelUnavailable
from proofloop.tools.examples.store import ExampleStore
from proofloop.tools.lean.premises.embed import Embedder

log = logging.getLogger(__name__)


class ExampleVectors:
    """The vectors of the examples of ``store``, asked for at the first use, all at once."""

    def __init__(self, store: ExampleStore, embedder: Embedder) -> None:
        self.store, self.embedder = store, embedder
        self._lock = asyncio.Lock()
        self._vectors: list[list[float]] | None = None
        self._told = False

    async def order(self, text: str) -> list[int] | None:
        """The places of the examples, the nearest to ``text`` first; None where the embedder is
        down, which is said once. Raises ModelRejected and ModelMalformed."""
        try:
            async with self._lock:
                if self._vectors is None:
                    texts = [one.informal for one in self.store.examples]
                    self._vectors = [unit(each) for each in await self.embedder.embed(texts)]
            (asked,) = await self.embedder.embed([text])
        except ModelUnavailable as error:
            if not self._told:
                log.warning("examples are chosen by words: %s", error)
            self._told = True
            return None
        asked = unit(asked)
        likeness = [sum(map(mul, asked, each)) for each in self._vectors]
        return sorted(range(len(likeness)), key=lambda place: -likeness[place])


def unit(vector: Sequence[float]) -> list[float]:
    length = math.hypot(*vector) or 1.0
    return [number / length for number in vector]
