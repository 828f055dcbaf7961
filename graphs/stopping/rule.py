"""The seam of rules that say when more samples cannot pay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, Protocol

from proofloop.core.model import Frozen

# What a rule wants to know of every sample: nothing, a judge's score, the model's own confidence.
Value = Literal["none", "score", "confidence"]


class Sample(Frozen):
    """``answer`` is the same text for all answers that are the same, "" for none; ``value`` is
    what the rule asked for, in [0, 1], None where it could not be told."""

    answer: str
    value: float | None = None


class Look(Frozen):
    """``wanted``: how many samples in all the rule would see next, as far as it can tell (0: it
    cannot)."""

    stop: bool
    reason: str
    wanted: int = 0


class StoppingRule(Protocol):
    @property
    def needs(self) -> Value: ...

    def look(self, samples: Sequence[Sample], most: int) -> Look:
        """Whether to stop after these samples, of at most ``most``."""
        ...


def shares(samples: Sequence[Sample]) -> list[tuple[str, int]]:
    """The answers with how many samples gave them, the most frequent first."""
    return Counter(one.answer for one in samples if one.answer).most_common()
