"""OptScale: as many samples as it takes for one of them to reach a score (arXiv 2506.22376).

A solver's scores are taken as a normal distribution truncated to [0, 1]. With F its distribution
function, one of N samples reaches the score s with probability 1 - F(s)^N, so

    N* = ceil(ln(1 - alpha) / ln F(s))

samples reach it with confidence alpha. Mean and spread are fitted by maximum likelihood to the
scores so far and again after each new sample (OptScale_0); it ends at n >= N*. The best score is
the answer. Where the fit says that the score is out of reach N* is infinite, and all samples are
drawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, pstdev

from proofloop.core.errors import MissingExtra
from proofloop.graphs.stopping.rule import Look, Sample, Value

NARROWEST = 0.02  # of a fitted spread, so that equal scores have one
TINY = 1e-300


@dataclass(frozen=True)
class OptScale:
    """``target``: the score s to reach, ``alpha`` with which confidence; ``first`` samples before
    the first fit (the paper: about 10). Needs the extra ``stats``."""

    target: float = 0.8
    alpha: float = 0.95
    first: int = 8
    needs: Value = "score"

    def __post_init__(self) -> None:
        if not (0 < self.target < 1 and 0 < self.alpha < 1 and self.first >= 2):
            raise ValueError("target and alpha lie between 0 and 1, and first is at least 2")

    def look(self, samples: Sequence[Sample], most: int) -> Look:
        scores = [one.value for one in samples if one.value is not None]
        missing = self.first - len(scores)
        if missing > 0:
            wanted = min(most, len(samples) + missing)
            return Look(stop=False, reason=f"{len(scores)} scores do not make a fit", wanted=wanted)
        needed = samples_needed(below(self.target, *fitted(scores)), self.alpha)
        if needed is None:
            return Look(stop=False, reason=f"a score of {self.target:g} is out of reach")
        missing = needed - len(scores)
        return Look(
            stop=missing <= 0,
            reason=f"{needed} samples reach {self.target:g} with confidence {self.alpha:g}",
            wanted=min(most, len(samples) + missing) if missing > 0 else 0,
        )


def samples_needed(failing: float, alpha: float) -> int | None:
    """N*, from the probability that one sample fails to reach the score; None where all do."""
    if failing <= 0.0:
        return 1
    if failing >= 1.0:
        return None
    return max(1, math.ceil(math.log(1 - alpha) / math.log(failing)))


def below(score: float, mean: float, spread: float) -> float:
    """F(score) of the normal distribution truncated to [0, 1]."""
    normal = NormalDist(mean, spread)
    low, high = normal.cdf(0.0), normal.cdf(1.0)
    return (normal.cdf(score) - low) / max(high - low, TINY)


def fitted(scores: Sequence[float]) -> tuple[float, float]:
    """Mean and spread (of the normal that is truncated) by maximum likelihood."""
    try:
        from scipy.optimize import minimize
    except ImportError:
        raise MissingExtra("OptScale's fit", "stats") from None

    center, scatter = fmean(scores), pstdev(scores)

    def loss(parameters: Sequence[float]) -> float:
        """Of one score in the mean; the mean and the spread of the scores are all it needs."""
        mean, spread = float(parameters[0]), float(parameters[1])
        normal = NormalDist(mean, spread)
        inside = max(normal.cdf(1.0) - normal.cdf(0.0), TINY)
        squares = (scatter**2 + (center - mean) ** 2) / spread**2
        return squares / 2 + math.log(spread) + math.log(inside)

    start = [center, max(scatter, NARROWEST)]
    bounds = [(-1.0, 2.0), (NARROWEST, 2.0)]
    # Without linear algebra, whose threads take longer to start than this takes.
    best = minimize(loss, start, bounds=bounds, method="Nelder-Mead").x
    return float(best[0]), float(best[1])
