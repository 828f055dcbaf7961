"""Coverage: how many problems at least one of k samples solves, and where that is going.

Large Language Monkeys (arXiv 2407.21787): coverage(k) is the mean of the unbiased pass@k over the
problems, and follows log c = a k^b with a, b < 0, so c = exp(a k^b).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from proofloop.core.errors import MissingExtra
from proofloop.core.model import Frozen


class PowerLaw(Frozen):
    """c(k) = exp(a k^b); ``error`` is the root mean square residual of log c."""

    a: float
    b: float
    error: float

    def at(self, k: float) -> float:
        return math.exp(self.a * math.pow(k, self.b))

    def needed(self, coverage: float) -> float:
        """The k at which that coverage is expected; infinite where the curve never gets there."""
        if not 0 < coverage < 1:
            raise ValueError(f"a coverage between 0 and 1, not {coverage}")
        if self.b >= 0:
            return math.inf
        return math.pow(math.log(coverage) / self.a, 1 / self.b)


def powers_of_two(most: int) -> list[int]:
    """1, 2, 4, ... and ``most`` itself."""
    steps = [1 << i for i in range(most.bit_length()) if 1 << i <= most]
    return steps if steps[-1:] == [most] or most < 1 else [*steps, most]


def fit(points: Iterable[tuple[int, float]]) -> PowerLaw:
    """Least squares on log c; points with no coverage are left out (their log is not finite), and
    a coverage of 1 counts as just below. Raises ValueError with fewer than two points, and
    MissingExtra without scipy."""
    try:
        from scipy.optimize import curve_fit
    except ImportError:
        raise MissingExtra("fitting a coverage curve", "stats") from None
    known = [(float(k), math.log(min(c, 1 - 1e-9))) for k, c in points if c > 0]
    if len(known) < 2:
        raise ValueError("a curve needs coverage above zero at two numbers of samples")
    ks, logs = [k for k, _ in known], [y for _, y in known]

    def model(k: Sequence[float], log_a: float, b: float) -> list[float]:
        return [-math.exp(log_a) * x**b for x in k]

    start = (math.log(max(-logs[0], 1e-6)), -0.3)
    (log_a, b), _ = curve_fit(model, ks, logs, p0=start, maxfev=10_000)
    residuals = [y - guess for y, guess in zip(logs, model(ks, log_a, b), strict=True)]
    error = math.sqrt(sum(r * r for r in residuals) / len(residuals))
    return PowerLaw(a=-math.exp(log_a), b=float(b), error=error)
