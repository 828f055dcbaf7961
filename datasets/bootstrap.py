"""Percentile bootstrap intervals of any statistic of a set.

Where every resample gives the same number (a judge without an error in the set), the bootstrap
sees no uncertainty though there is some: a proportion of all or of none has the exact binomial
bound instead (Clopper and Pearson 1934), if the statistic says how many it was counted over.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from proofloop.datasets.metrics import Estimate, quantile

T = TypeVar("T")
Statistic = Callable[[Sequence[T]], float | None]

RESAMPLES = 1000
LEVEL = 0.95


def bootstrap(
    items: Sequence[T],
    statistics: Callable[[Sequence[T]], Mapping[str, float | None]],
    *,
    counted: Mapping[str, int] | None = None,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    rng: random.Random | None = None,
) -> dict[str, Estimate | None]:
    """Each statistic with its interval, all from the same resamples of the items; None where the
    whole set has no value. Resamples without a value are left out. ``counted`` names the statistics
    that are proportions, each with the number it was counted over."""
    rng = rng or random.Random(0)
    whole = statistics(items)
    drawn: dict[str, list[float]] = {name: [] for name in whole}
    for _ in range(resamples if items else 0):
        for name, value in statistics(rng.choices(items, k=len(items))).items():
            if value is not None:
                drawn[name].append(value)
    found: dict[str, Estimate | None] = {}
    for name, value in whole.items():
        values = sorted(drawn[name])
        if value is None or not values:
            found[name] = None
            continue
        tail = (1 - level) / 2
        low, high = quantile(values, tail), quantile(values, 1 - tail)
        n = (counted or {}).get(name, 0)
        if n and value == 1.0:
            low = tail ** (1 / n)
        if n and value == 0.0:
            high = 1 - tail ** (1 / n)
        found[name] = Estimate(value=value, low=low, high=high, level=level)
    return found
