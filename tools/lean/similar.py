"""Which statements are like a given one, by the words they share."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from proofloop.tools.lean.lemmas import normalised

_WORD = re.compile(r"[^\W\d][\w'.!?]*|\d+|[^\w\s()\[\]{},:]")


def most_similar(statement: str, others: Sequence[str], most: int) -> list[str]:
    """At most ``most`` of the others, the most similar first; of equals the earlier first."""
    asked = words(statement)
    ranked = sorted(others, key=lambda other: -similarity(asked, words(other)))
    return ranked[:most]


def words(statement: str) -> Counter[str]:
    """The words and signs of a statement without its name."""
    return Counter(_WORD.findall(normalised(statement).removeprefix("theorem")))


def similarity(one: Counter[str], other: Counter[str]) -> float:
    """The cosine of two bags of words, each word at the square root of its count, in [0, 1]."""
    if not one or not other:
        return 0.0
    shared = math.fsum(math.sqrt(one[word] * other[word]) for word in one.keys() & other.keys())
    return shared / math.sqrt(one.total() * other.total())
