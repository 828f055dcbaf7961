"""Worked examples in a prompt: the nearest ones, within a bound of tokens.

The formalizer is shown faithful statements only. A judge is shown faithful and unfaithful ones in
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


@dataclass(frozen=True)
class ExampleSource:
    """At most ``per_prompt`` examples of together at most ``tokens`` (estimated)."""

    store: ExampleStore
    per_prompt: int
    tokens: int = 2000

    def for_formalizer(self, informal: str) -> list[Example]:
        return self.within(self.store.nearest(informal, faithful=True))

    def for_judge(self, informal: str, lean: str) -> list[Example]:
        good = self.store.nearest(informal, lean=lean, faithful=True)
        bad = self.store.nearest(informal, lean=lean, faithful=False)
        return self.within(in_turn(good, bad))

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
            decision="true" if one.faithful else "false",
            reasons=one.reasons or "-",
        )
        for one in examples
    ]
    return prompt.fill("examples", examples="\n\n".join(texts)) if texts else ""
