"""Perplexity consistency and RPC: votes weighted by the probability of what was said.

RPC (arXiv 2502.00511, and the code WNJXYK/RPC): sample i has p_i = exp(mean token log-probability).
*Reasoning pruning*: a mixture of two Weibull distributions is fitted to the p_i by maximum
likelihood; the component of the larger mean is "good"; a sample is dropped if it belongs rather to
the bad one and lies below the mean of all p. *Perplexity consistency*: the weight of an answer is
the sum, over the distinct texts that give it, of their probabilities (a text sampled twice counts
once), and the heaviest answer wins.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from proofloop.core.errors import MissingExtra
from proofloop.core.same import IDENTICAL, Same
from proofloop.core.task import Candidate, Task
from proofloop.core.verdict import Plan, Selection
from proofloop.graphs.selectors.majority import classes, rank_classes

FEWEST = 4  # samples below which a mixture of five parameters says nothing


def probability(candidate: Candidate) -> float | None:
    """exp of the mean token log-probability, in (0, 1]; None without usable log-probabilities."""
    if not candidate.logprobs:
        return None
    mean = sum(token.logprob for token in candidate.logprobs) / len(candidate.logprobs)
    return math.exp(min(mean, 0.0)) if math.isfinite(mean) else None


@dataclass(frozen=True)
class PerplexityConsistency:
    """``prune`` makes it RPC (needs the extra ``stats``). A candidate without log-probabilities has
    no weight; when none has any, this is a plain majority vote and the selection's note says so."""

    same: Same = IDENTICAL
    answer: Callable[[str], str] = str.strip
    prune: bool = True
    seed: int = 0

    def plan(self, task: Task, candidates: Sequence[Candidate]) -> Plan:
        return Plan()

    async def select(self, task: Task, candidates: Sequence[Candidate]) -> Selection:
        rng = random.Random(self.seed)
        groups = await classes(candidates, self.answer, self.same)
        known = {one.id: p for one in candidates if (p := probability(one)) is not None}
        if candidates and not known:
            totals = [float(len(group)) for group in groups]
            chosen = rank_classes(candidates, groups, totals, self.answer, rng)
            note = chosen.note or "no log-probabilities: plain majority"
            return chosen.model_copy(update={"note": note})
        kept = self.kept(known)
        totals = []
        for group in groups:
            texts: dict[str, set[float]] = {}
            for one in group:
                if one.id in kept:
                    texts.setdefault(one.content, set()).add(known[one.id])
            totals.append(sum(sum(values) for values in texts.values()))
        return rank_classes(candidates, groups, totals, self.answer, rng)

    def kept(self, known: dict[str, float]) -> set[str]:
        if not self.prune or len(known) < FEWEST or len(set(known.values())) < 2:
            return set(known)
        mixture = fit_mixture(list(known.values()))
        mean = sum(known.values()) / len(known)
        return {name for name, p in known.items() if p >= mean or mixture.good(p) >= 0.5}


@dataclass(frozen=True)
class WeibullMixture:
    """``w`` is the share of the first component; each component has shape k and scale l."""

    w: float
    first: tuple[float, float]
    second: tuple[float, float]

    def good(self, x: float) -> float:
        """The probability that ``x`` comes from the component of the larger mean."""
        a, b = self.w * weibull(x, *self.first), (1 - self.w) * weibull(x, *self.second)
        if not a + b:
            return 0.5
        return (a if mean_of(*self.first) > mean_of(*self.second) else b) / (a + b)


def weibull(x: float, k: float, scale: float) -> float:
    """The density (k/l)(x/l)^(k-1) exp(-(x/l)^k) for x > 0."""
    z = x / scale
    try:
        return k / scale * math.pow(z, k - 1) * math.exp(-math.pow(z, k))
    except OverflowError:
        return 0.0


def log_slopes(x: float, k: float, scale: float) -> tuple[float, float]:
    """The derivatives of the density's logarithm by k and by the scale, where it is not 0."""
    z = x / scale
    power = math.pow(z, k)
    return 1 / k + math.log(z) * (1 - power), k / scale * (power - 1)


def mean_of(k: float, scale: float) -> float:
    return scale * math.gamma(1 + 1 / k)


def fit_mixture(values: Sequence[float]) -> WeibullMixture:
    """Maximum likelihood from the paper's start and within its bounds."""
    try:
        from scipy.optimize import minimize
    except ImportError:
        raise MissingExtra("RPC's mixture fit", "stats") from None

    def loss(parameters: Sequence[float]) -> tuple[float, list[float]]:
        """The negative log-likelihood and its gradient."""
        w, k1, l1, k2, l2 = parameters
        total, slope = 0.0, [0.0] * 5
        for x in values:
            f1, f2 = weibull(x, k1, l1), weibull(x, k2, l2)
            density = max(w * f1 + (1 - w) * f2, 1e-300)
            total -= math.log(density)
            by_k1, by_l1 = log_slopes(x, k1, l1) if f1 else (0.0, 0.0)
            by_k2, by_l2 = log_slopes(x, k2, l2) if f2 else (0.0, 0.0)
            shares = (w * f1 / density, (1 - w) * f2 / density)
            slope[0] -= (f1 - f2) / density
            slope[1] -= shares[0] * by_k1
            slope[2] -= shares[0] * by_l1
            slope[3] -= shares[1] * by_k2
            slope[4] -= shares[1] * by_l2
        return total, slope

    start = [0.5, 1.0, 1.0, 1.5, 2.0]
    bounds = [(0.2, 0.8), *[(0.01, 100.0)] * 4]
    # Without linear algebra, whose threads take longer to start than this takes.
    best = minimize(loss, start, bounds=bounds, jac=True, method="TNC").x
    w, k1, l1, k2, l2 = (float(value) for value in best)
    return WeibullMixture(w, (k1, l1), (k2, l2))
