"""Measures over repeated samples: pass@k without bias, with its uncertainty.

With ``c`` right ones among ``n`` samples of a task, the chance that ``k`` of them hold a right one
is 1 - C(n-c, k) / C(n, k), which is unbiased for every k up to n (arXiv 2107.03374, section 2.1);
counting the tasks solved by the first k samples is unbiased too but varies more, and
1 - (1 - c/n)^k is biased. Over a set it is averaged (the coverage of arXiv 2407.21787).
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from proofloop.core.errors import InputError
from proofloop.core.model import Frozen


class Estimate(Frozen):
    """A mean over tasks with the bounds of its bootstrap interval at ``level``."""

    value: float
    low: float
    high: float
    level: float = 0.95


def pass_at_k(samples: int, right: int, k: int) -> float:
    """The chance that ``k`` of the ``samples``, drawn without putting back, hold a right one.

    Computed as a product of ratios below 1, so that no large binomial is formed. Raises
    InputError unless 0 <= right <= samples and 1 <= k <= samples."""
    if not 0 <= right <= samples:
        raise InputError(f"{right} right ones of {samples} samples")
    if not 1 <= k <= samples:
        raise InputError(f"pass@{k} needs at least {max(k, 1)} samples, there are {samples}")
    wrong = samples - right
    if k > wrong:
        return 1.0
    return 1.0 - math.prod(1.0 - k / drawn for drawn in range(wrong + 1, samples + 1))


def mean_pass_at_k(
    counts: Sequence[tuple[int, int]],
    k: int,
    *,
    resamples: int = 1000,
    level: float = 0.95,
    rng: random.Random | None = None,
) -> Estimate:
    """pass@k over a set of tasks, each given as (samples, right). The interval is that of the
    percentile bootstrap over tasks; it says nothing of what other samples would bring.

    Raises InputError for an empty set."""
    if not counts:
        raise InputError("pass@k of no task at all")
    values = [pass_at_k(samples, right, k) for samples, right in counts]
    return bootstrapped(values, resamples=resamples, level=level, rng=rng)


def bootstrapped(
    values: Sequence[float],
    *,
    resamples: int = 1000,
    level: float = 0.95,
    rng: random.Random | None = None,
) -> Estimate:
    """The mean of at least one value with the percentile bootstrap's interval."""
    rng = rng or random.Random(0)
    means = sorted(mean(rng.choices(values, k=len(values))) for _ in range(resamples))
    tail = (1 - level) / 2
    return Estimate(
        value=mean(values), low=quantile(means, tail), high=quantile(means, 1 - tail), level=level
    )


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the ordered values lie, between two of them in a line."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
