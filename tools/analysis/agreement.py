"""Agreement beyond chance between raters who put things into classes.

Cohen's kappa (1960) is of two raters, Fleiss' kappa (1971) of any fixed number who need not be the
same for each thing. Both are (observed - expected) / (1 - expected); with everything in one class
nothing is left to agree on, and there is no kappa (None).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Of the classes that two raters gave to the same things."""
    if not pairs:
        return None
    observed = sum(a == b for a, b in pairs) / len(pairs)
    return beyond(observed, by_chance(pairs))


def by_chance(pairs: Sequence[tuple[Hashable, Hashable]]) -> float:
    """How often two raters with these shares of each class would agree by chance."""
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    return sum(left[name] * right[name] for name in left) / len(pairs) ** 2


def fleiss_kappa(ratings: Sequence[Sequence[Hashable]]) -> float | None:
    """Of the classes that each thing was given. Raises ValueError unless all things were rated
    equally often, and at least twice."""
    if not ratings:
        return None
    raters = len(ratings[0])
    if raters < 2 or any(len(one) != raters for one in ratings):
        raise ValueError("Fleiss' kappa needs the same number of ratings of each, two or more")
    classes: Counter[Hashable] = Counter()
    agreeing = 0.0
    for one in ratings:
        counts = Counter(one)
        classes.update(counts)
        agreeing += sum(k * (k - 1) for k in counts.values()) / (raters * (raters - 1))
    total = len(ratings) * raters
    expected = sum((count / total) ** 2 for count in classes.values())
    return beyond(agreeing / len(ratings), expected)


def beyond(observed: float, expected: float) -> float | None:
    """The share of the agreement that chance would not bring which is there; None where there is
    none to be had."""
    if math.isclose(expected, 1.0):
        return None
    return (observed - expected) / (1 - expected)
