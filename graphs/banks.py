"""Banks of what attempts taught: short entries, each once, in a bounded number of tokens.

TMAS (arXiv 2605.10344) keeps two for a problem: *experience* (low-level conclusions that hold, and
how attempts failed) and *guidelines* (the strategies tried). New entries that say what an old one
says, by the Jaccard similarity of their words, count for the old one. When a bank is full, what was
seen least often goes first, of equals the oldest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from proofloop.agents.distiller import cut
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.core.model import Frozen

Kind = Literal["conclusion", "failure", "strategy"]

ENTRY_TOKENS = 80
SAME = 0.7  # similarity from which two entries say the same; the paper gives no number

_WORD = re.compile(r"\w+|[^\w\s]")


class Entry(Frozen):
    """``times``: how many attempts have taught it."""

    kind: Kind
    text: str
    times: int = 1

    def render(self) -> str:
        return f"- {LABELS[self.kind]}: {self.text}"


class Bank(Frozen):
    """``entries`` in the order in which they came."""

    entries: tuple[Entry, ...] = ()

    def render(self) -> str:
        return "\n".join(entry.render() for entry in self.entries)

    def learned(self, new: Iterable[tuple[Kind, str]], *, most_tokens: int) -> Bank:
        """With these, and at most ``most_tokens`` (estimated) when rendered."""
        entries = list(self.entries)
        for kind, text in new:
            text = cut(" ".join(text.split()), ENTRY_TOKENS)
            if not text:
                continue
            place = next(
                (
                    place
                    for place, old in enumerate(entries)
                    if old.kind == kind and similarity(old.text, text) >= SAME
                ),
                None,
            )
            if place is None:
                entries.append(Entry(kind=kind, text=text))
            else:
                old = entries[place]
                entries[place] = old.model_copy(update={"times": old.times + 1})
        bank = Bank(entries=tuple(entries))
        while estimate_tokens(bank.render()) > most_tokens:
            rarest = min(range(len(entries)), key=lambda place: entries[place].times)
            del entries[rarest]
            bank = Bank(entries=tuple(entries))
        return bank


def similarity(one: str, other: str) -> float:
    """Jaccard: the words (and signs) in both by those in either, in [0, 1]."""
    a, b = (set(_WORD.findall(text.lower())) for text in (one, other))
    return len(a & b) / len(a | b) if a or b else 1.0


LABELS: dict[Kind, str] = {
    "conclusion": "Holds",
    "failure": "Failed",
    "strategy": "Strategy",
}
