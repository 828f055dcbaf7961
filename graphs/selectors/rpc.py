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


def mean_of(k: float, scale: float) -> float:
    return scale * math.gamma(1 + 1 / k)


def fit_mixture(values: Sequence[float]) -> WeibullMixture:
    """Maximum likelihood from the paper's start and within its bounds."""
    try:
        from scipy.optimize import minimize
    except ImportError:
        raise MissingExtra("RPC's mixture fit", "stats") from None

    def loss(parameters: Sequence[float]) -> float:
        w, k1, l1, k2, l2 = parameters
        total = 0.0
        for x in values:
            density = w * weibull(x, k1, l1) + (1 - w) * weibull(x, k2, l2)
            total -= math.log(max(density, 1e-300))
        return total

    start = [0.5, 1.0, 1.0, 1.5, 2.0]
    bounds = [(0.2, 0.8), *[(0.01, 100.0)] * 4]
    best = minimize(loss, start, bounds=bounds, method="L-BFGS-B").x
    w, k1, l1, k2, l2 = (float(value) for value in best)
    return WeibullMixture(w, (k1, l1), (k2, l2))
