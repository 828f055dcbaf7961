"""Whether probabilities mean what they say: Brier's score, the expected calibration error, bins.

The Brier score (1950) is the mean squared difference from what happened. The expected calibration
error (arXiv 1706.04599, section 2) puts the probabilities into bins of equal width and averages,
weighted by their sizes, how far each bin's mean probability is from the share that happened.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from proofloop.core.model import Frozen

BINS = 10

# A probability and what happened.
Forecast = tuple[float, bool]


class Bin(Frozen):
    """Forecasts between ``low`` and ``high`` (the last bin has its upper end too): how many, their
    mean, and the share of them that came true."""

    low: float
    high: float
    count: int
    mean: float
    share: float


def brier(forecasts: Sequence[Forecast]) -> float | None:
    if not forecasts:
        return None
    return math.fsum((p - happened) ** 2 for p, happened in forecasts) / len(forecasts)


def reliability_bins(forecasts: Sequence[Forecast], bins: int = BINS) -> list[Bin]:
    """The bins that hold something."""
    held: list[list[Forecast]] = [[] for _ in range(bins)]
    for p, happened in forecasts:
        held[min(bins - 1, int(p * bins))].append((p, happened))
    return [
        Bin(
            low=place / bins,
            high=(place + 1) / bins,
            count=len(inside),
            mean=math.fsum(p for p, _ in inside) / len(inside),
            share=sum(happened for _, happened in inside) / len(inside),
        )
        for place, inside in enumerate(held)
        if inside
    ]


def expected_calibration_error(forecasts: Sequence[Forecast], bins: int = BINS) -> float | None:
    if not forecasts:
        return None
    found = reliability_bins(forecasts, bins)
    return math.fsum(bin_.count * abs(bin_.mean - bin_.share) for bin_ in found) / len(forecasts)
