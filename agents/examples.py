"""Worked examples in a prompt: the nearest ones, within a bound of tokens.

Formalizers and back-translators are shown faithful statements only; the latter those that are near
to the Lean, since they are not to know the text. A judge is shown faithful and unfaithful ones in
turn, as far as there are both, so that the examples do not tell it which answer is usual.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest

from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.agents.prompts import Prompt
from proofloop.tools.examples.example import Example
from proofloop.tools.examples.store import ExampleStore
from proofloop.tools.examples.vectors import ExampleVectors


@dataclass(frozen=True)
class ExampleSource:
    """At most ``per_prompt`` examples of together at most ``tokens`` (estimated), near by their
    words, or with ``vectors`` by those while their maker answers."""

    store: ExampleStore
    per_prompt: int
    tokens: int = 2000
    vectors: ExampleVectors | None = None

    async def for_formalizer(self, informal: str) -> list[Example]:
        order = await self.order(informal)
        return self.within(self.store.nearest(informal, faithful=True, order=order))

    async def for_translator(self, informal: str, lean: str) -> list[Example]:
        order = await self.order(lean)
        return self.within(self.store.nearest(informal, lean=lean, faithful=True, order=order))

    async def for_judge(
        self, informal: str, lean: str, *, translated: bool = False
    ) -> list[Example]:
        """With ``translated`` only those of which a translation back is known."""
        order = await self.order(informal)
        if translated:
            order = [place for place in order if self.store.examples[place].translation]
        good = self.store.nearest(informal, lean=lean, faithful=True, order=order)
        bad = self.store.nearest(informal, lean=lean, faithful=False, order=order)
        return self.within(in_turn(good, bad))

    async def aclose(self) -> None:
        if self.vectors:
            await self.vectors.embedder.aclose()

    async def order(self, text: str) -> list[int]:
        """The places of the examples in the store, the nearest first."""
        found = await self.vectors.order(text) if self.vectors else None
        return self.store.order(text) if found is None else found

    def within(self, examples: Iterable[Example]) -> list[Example]:
        """The first ones that fit, no text twice with the same decision; a long one is passed over
        for a shorter one behind it."""
        chosen: list[Example] = []
        seen: set[tuple[str, bool]] = set()
        left = self.tokens
        for one in examples:
            if len(chosen) == self.per_prompt:
                break
            size = estimate_tokens(one.informal + one.lean + one.reasons)
            if size <= left and (one.informal, one.faithful) not in seen:
                chosen.append(one)
                seen.add((one.informal, one.faithful))
                left -= size
        return chosen


def in_turn(one: Iterator[Example], other: Iterator[Example]) -> Iterator[Example]:
    pairs = chain.from_iterable(zip_longest(one, other))
    return (example for example in pairs if example is not None)


def shown(prompt: Prompt, examples: Iterable[Example]) -> str:
    """The examples as a role's parts "example" and "examples" say them; "" for none."""
    texts = [
        prompt.fill(
            "example",
            informal=one.informal,
            lean=one.lean,
            translation=one.translation,
            decision="true" if one.faithful else "false",
            reasons=one.reasons or "-",
        )
        for one in examples
    ]
    return prompt.fill("examples", examples="\n\n".join(texts)) if texts else ""
