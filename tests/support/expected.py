"""What methods must reach under their own models, worked out apart from the code under test:
closed forms where there are any, else plain simulations of the method as its paper has it."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, factorial, log

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator
from scipy.stats import norm, truncnorm

from proofloop.graphs.selectors.simulated import RIGHT, WRONG

Floats = NDArray[np.float64]
SIGMAS = 3.3  # two-sided 99.9 %


def surely_above(first: Sequence[float], second: Sequence[float]) -> bool:
    """Whether the mean of the paired differences is above 0 by more than its 99.9 % interval."""
    gaps = np.subtract(first, second, dtype=float)
    return float(gaps.mean()) > SIGMAS * float(gaps.std()) / len(gaps) ** 0.5


def majority_right(q: float, votes: int) -> float:
    """P(more than half of the votes are right), a tie counting one half."""
    total = 0.0
    for right in range(votes + 1):
        chance = comb(votes, right) * q**right * (1 - q) ** (votes - right)
        total += chance * (1.0 if 2 * right > votes else 0.5 if 2 * right == votes else 0.0)
    return total


def tournament(p: float, q: float, votes: int, rounds: int) -> float:
    """P(the winner of 2^rounds samples is right): subtrees are independent, so a survivor of a
    round is right with p' = p^2 + 2 p (1 - p) Q, Q the chance that the majority is."""
    for _ in range(rounds):
        p = p * p + 2 * p * (1 - p) * majority_right(q, votes)
    return p


def plurality(shares: tuple[float, float, float], n: int) -> float:
    """P(the first of three answers wins the vote of ``n`` samples), ties shared."""
    total = 0.0
    for a in range(n + 1):
        for b in range(n - a + 1):
            counts = (a, b, n - a - b)
            if a == max(counts):
                chance = float(factorial(n))
                for share, count in zip(shares, counts, strict=True):
                    chance *= share**count / factorial(count)
                total += chance / counts.count(a)
    return total


def weighted_plurality(
    shares: tuple[float, float, float],
    right: tuple[float, float],
    wrong: tuple[float, float],
    n: int,
) -> float:
    """The same where votes weigh a Weibull draw, (scale, shape) by whether the answer is the
    first: perplexity consistency."""
    rng, runs = np.random.default_rng(0), 100_000
    answers = rng.choice(3, p=shares, size=(runs, n))
    good, bad = (scale * rng.weibull(k, (runs, n)) for scale, k in (right, wrong))
    weights = np.minimum(np.where(answers == 0, good, bad), 0.999)
    totals = np.stack([(weights * (answers == one)).sum(axis=1) for one in range(3)])
    return float((totals.argmax(axis=0) == 0).mean())


def levels(right: int, n: int) -> Floats:
    """The mean ratings of ``n`` candidates of which the first ``right`` are right."""
    return np.where(np.arange(n) < right, RIGHT, WRONG)


def best_score(right: int, n: int, votes: int, noise: float) -> float:
    """P(the highest mean of ``votes`` scores is a right one's)."""
    rng, runs = np.random.default_rng(0), 20_000
    level = np.repeat(levels(right, n)[:, None], votes, axis=1)
    drawn = level + rng.normal(0, noise * 1.25**0.5, (runs, n, votes))
    means = np.clip(drawn / 10, 0, 1).mean(axis=2)
    tied = means == means.max(axis=1, keepdims=True)
    return float((tied[:, :right].sum(axis=1) / tied.sum(axis=1)).mean())


def one_pair(comparisons: int, noise: float, tau: float) -> float:
    """P(V1 takes the right one of two): the sum of the signed weights is above 0."""
    rng, runs = np.random.default_rng(0), 200_000
    common, first, second = (
        rng.normal(0, spread, (runs, comparisons)) for spread in (noise, noise / 2, noise / 2)
    )
    gap = np.clip(RIGHT + common + first, 1, 10) - np.clip(WRONG + common + second, 1, 10)
    lead = (np.sign(gap) * np.maximum(np.abs(gap) / 9, tau)).sum(axis=1)
    return float((lead > 0).mean() + (lead == 0).mean() / 2)


class SwissReference:
    """V1-Infer over a table of ``n`` candidates (arXiv 2603.04304), the first ``right`` of them
    right: two comparisons each with unseen neighbours, then Swiss passes in a window of 8."""

    def __init__(self, n: int, right: int, noise: float, rng: np.random.Generator) -> None:
        self.rng, self.noise, self.level = rng, noise, levels(right, n)
        self.met = np.zeros((n, n), dtype=int)
        self.gain = np.zeros(n)
        self.weight = np.zeros(n)
        self.rated = np.zeros(n)

    @property
    def mu(self) -> Floats:
        return np.where(self.weight > 0, self.gain / np.maximum(self.weight, 1e-12), 0.5)

    def compare(self, i: int, j: int) -> None:
        common = self.rng.normal(0, self.noise)
        a, b = np.clip(
            self.level[[i, j]] + common + self.rng.normal(0, self.noise / 2, 2), 1.0, 10.0
        )
        w = max(abs(a - b) / 9, 0.1)
        self.gain[i] += w * (1.0 if a > b else 0.5 if a == b else 0.0)
        self.gain[j] += w * (1.0 if b > a else 0.5 if a == b else 0.0)
        self.weight[[i, j]] += w
        self.rated[[i, j]] += (a, b)
        self.met[i, j] += 1
        self.met[j, i] += 1

    def one_pass(self) -> list[tuple[int, int]]:
        degree, mu = self.met.sum(axis=1), self.mu
        chance = self.rng.random(len(mu))
        covering = degree.min() < 2
        if covering:
            order = list(np.lexsort((chance, degree)))
        else:
            order = list(np.lexsort((chance, -self.rated / np.maximum(degree, 1), -mu)))
        pairs = []
        while order and not (covering and degree[order[0]] >= 2):
            i = order.pop(0)
            near = order if covering else order[:8]
            if near:
                key = [
                    (self.met[i, j] > 0, abs(mu[i] - mu[j]), degree[j] if covering else 0)
                    for j in near
                ]
                pairs.append((i, order.pop(min(range(len(key)), key=key.__getitem__))))
        return pairs

    def best(self, comparisons: int) -> int:
        while comparisons > 0:
            pairs = self.one_pass()[:comparisons]
            comparisons -= len(pairs)
            for i, j in pairs:
                self.compare(i, j)
        mean = self.rated / np.maximum(self.met.sum(axis=1), 1)
        return int(np.lexsort((mean, self.mu))[-1])


def optscale_runs(
    mean: float, spread: float, *, target: float, alpha: float, first: int, most: int, runs: int
) -> tuple[Floats, Floats]:
    """Of OptScale on scores of a truncated normal: how many samples each run takes, and whether
    one of them reaches the target. The fit is the truncated normal with the mean and the spread
    of the scores seen, which is where its likelihood is greatest (an exponential family)."""
    grid = np.stack(np.meshgrid(np.linspace(0.2, 0.9, 71), np.geomspace(0.02, 0.6, 80)), -1)
    at, wide = grid.reshape(-1, 2).T
    low, high = -at / wide, (1 - at) / wide
    inside = norm.cdf(high) - norm.cdf(low)
    shift = (norm.pdf(low) - norm.pdf(high)) / inside
    bend = 1 + (low * norm.pdf(low) - high * norm.pdf(high)) / inside - shift**2
    moments = np.stack([at + wide * shift, wide * np.sqrt(bend)], -1)
    below = (norm.cdf((target - at) / wide) - norm.cdf(low)) / inside
    needed = np.minimum(log(1 - alpha) / np.log(np.clip(below, 1e-12, 1 - 1e-12)), 1e6)
    table = LinearNDInterpolator(moments, np.log(needed))

    rng = np.random.default_rng(1)
    ends = -mean / spread, (1 - mean) / spread
    scores = truncnorm.rvs(*ends, loc=mean, scale=spread, size=(runs, most), random_state=rng)
    taken = np.full(runs, most)
    running = np.arange(runs)
    for n in range(first, most):
        seen = scores[running, :n]
        wanted = np.exp(table(np.stack([seen.mean(axis=1), seen.std(axis=1)], -1)))
        assert np.isfinite(wanted).all(), "a fit outside the table"
        ended = np.ceil(wanted) <= n
        taken[running[ended]] = n
        running = running[~ended]
    reached = np.maximum.accumulate(scores, axis=1)[np.arange(runs), taken - 1] >= target
    return taken.astype(float), reached.astype(float)
