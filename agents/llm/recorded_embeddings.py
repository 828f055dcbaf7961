"""Vectors of a run: counted in its budget, kept in its journal and taken from there, so that
nothing is asked twice and a run that goes on chooses what it chose before."""

from __future__ import annotations

import asyncio
import base64
from array import array
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from proofloop.agents.llm.prices import cost, require_price
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.core.budget import Budget
from proofloop.core.errors import ModelUnavailable, ReplayMiss
from proofloop.core.journal import Journal, fingerprint
from proofloop.core.task import Usage
from proofloop.tools.lean.premises.embed import BATCH, Embedder

if TYPE_CHECKING:
    from proofloop.core.settings import Price


class RecordedEmbedder:
    """``embedder`` with its vectors in ``journal``. A text for which the server was down is
    remembered as one without a vector. ``replay_only`` as in RecordedModel. Raises SettingsError
    for a budget in dollars without the model's price."""

    def __init__(
        self,
        embedder: Embedder,
        journal: Journal,
        budget: Budget,
        prices: Mapping[str, Price] | None = None,
        *,
        replay_only: bool = False,
    ) -> None:
        self.name = embedder.name
        self._embedder, self._journal, self._budget = embedder, journal, budget
        self._prices, self._replay_only = prices or {}, replay_only
        self._lock = asyncio.Lock()
        if budget.limits.usd is not None:
            require_price(self._prices, self.name)

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector a text. Raises ModelUnavailable where one has none, BudgetExceeded, ReplayMiss
        and what ``embedder`` does."""
        async with self._lock:
            missing = [text for text in dict.fromkeys(texts) if self._find(text) is None]
            for start in range(0, len(missing), BATCH):
                await self._ask(missing[start : start + BATCH])
        found = [self._find(text) or [] for text in texts]
        if not all(found):
            raise ModelUnavailable(f"{self.name} was down when this was first asked about")
        return found

    async def aclose(self) -> None:
        await self._embedder.aclose()

    async def _ask(self, texts: list[str]) -> None:
        """One call, counted and recorded whatever comes of it."""
        if self._replay_only:
            raise ReplayMiss(f"no vector of {self.name} is recorded for {texts[0][:60]!r}")
        usage = Usage(prompt_tokens=sum(map(estimate_tokens, texts)), estimated=True)
        fault: dict[str, str] = {}
        usd = cost(self._prices, self.name, usage)
        async with self._budget.reserve(calls=1, tokens=usage.total, usd=usd or 0.0) as claim:
            try:
                vectors = await self._embedder.embed(texts)
            except ModelUnavailable as error:
                vectors, fault = [[] for _ in texts], {"error": str(error)}
                usage, usd = Usage(), 0.0
            claim.settle(tokens=usage.total, usd=usd, calls=1)
        spent = {"tokens": usage.total, "usd": usd, "calls": 1, "unpriced_calls": int(usd is None)}
        for text, vector in zip(texts, vectors, strict=True):
            said = {"text": text, "vector": packed(vector), "spent": spent, **fault}
            self._journal.append("embed", key=self._key(text), model=self.name, **said)
            spent = {}

    def _key(self, text: str) -> str:
        return fingerprint([self.name, text])

    def _find(self, text: str) -> list[float] | None:
        entry = self._journal.find("embed", self._key(text))
        return None if entry is None else list(array("f", base64.b64decode(entry["vector"])))


def packed(vector: Sequence[float]) -> str:
    """Numbers of 32 bits in base64."""
    return base64.b64encode(array("f", vector).tobytes()).decode()
