"""Resampling until a verifier accepts: what accuracy it can reach, and when to stop.

The Limits of Inference Scaling Through Resampling (arXiv 2411.17501). With p the chance that a
sample is right, ``miss`` = P(reject | right) and ``fooled`` = P(accept | wrong), the first accepted
sample is right with probability p(1 - miss) / (p(1 - miss) + (1 - p) fooled), whatever the budget:
more samples raise the chance that something is accepted, not that it is right.
"""

from __future__ import annotations

from collections.abc import Sequence

from proofloop.core.model import Frozen


class Solver(Frozen):
    """One problem: ``p``, ``miss`` and ``fooled`` as above, all in [0, 1]."""

    p: float
    miss: float = 0.0
    fooled: float = 0.0

    @property
    def good(self) -> float:
        """P(one sample is right and accepted)."""
        return self.p * (1 - self.miss)

    @property
    def bad(self) -> float:
        """P(one sample is wrong and accepted)."""
        return (1 - self.p) * self.fooled


def ceiling(solvers: Sequence[Solver]) -> float:
    """The mean accuracy with a budget without end; a problem where nothing is ever accepted counts
    as wrong. Raises ValueError without a problem."""
    return _mean([_share(one, 1.0) for one in solvers])


def accuracy(solvers: Sequence[Solver], k: int) -> float:
    """The same after at most k samples a problem."""
    return _mean([_share(one, 1 - (1 - one.good - one.bad) ** k) for one in solvers])


def utility(solver: Solver, k: int, cost: float) -> float:
    """Expected value of at most k samples where a right answer is worth 1, an accepted wrong one
    costs ``cost`` and no answer is worth 0."""
    accepted = 1 - (1 - solver.good - solver.bad) ** k
    both = solver.good + solver.bad
    return accepted * (solver.good - cost * solver.bad) / both if both else 0.0


def mean_utility(solvers: Sequence[Solver], k: int, cost: float) -> float:
    return _mean([utility(one, k, cost) for one in solvers])


def best_budget(solvers: Sequence[Solver], cost: float, most: int = 1000) -> int:
    """The number of samples, 0 to ``most``, of the highest mean utility; the smallest of equals.
    Often below 10: the easy problems are accepted early, what comes later is mostly wrong."""
    best, best_value = 0, 0.0
    for k in range(1, most + 1):
        value = mean_utility(solvers, k, cost)
        if value > best_value + 1e-12:
            best, best_value = k, value
    return best


def _share(solver: Solver, accepted: float) -> float:
    both = solver.good + solver.bad
    return accepted * solver.good / both if both else 0.0


def _mean(values: Sequence[float]) -> float:
    if not values:
        raise ValueError("no problems")
    return sum(values) / len(values)
