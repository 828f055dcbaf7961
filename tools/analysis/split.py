"""When to solve, when to verify: one compute budget, two uses (arXiv 2504.01005).

S solutions with V verifications each cost S (1 + lambda V), in units of one solution, lambda being
the tokens of a verification over those of a solution. V = 0 is a majority vote over the solutions;
with V > 0 the solution of the highest mean verdict is taken. From measured accuracies at a grid of
(S, V) this finds the best split for each budget and where verifying begins to pay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from proofloop.core.model import Frozen

Grid = Mapping[tuple[int, int], float]  # (solutions, verifications) -> accuracy


class Split(Frozen):
    solutions: int
    verifications: int
    cost: float
    accuracy: float


def cost(solutions: int, verifications: int, ratio: float) -> float:
    return solutions * (1 + ratio * verifications)


def best_split(grid: Grid, budget: float, ratio: float) -> Split | None:
    """The most accurate split within the budget, the cheapest of equals; None if none fits."""
    fitting = [
        Split(solutions=s, verifications=v, cost=cost(s, v, ratio), accuracy=accuracy)
        for (s, v), accuracy in grid.items()
        if cost(s, v, ratio) <= budget
    ]
    return max(fitting, key=lambda one: (one.accuracy, -one.cost), default=None)


def crossover(grid: Grid, ratio: float) -> float:
    """The lowest cost at which some split with verification is more accurate than every plain
    majority vote that costs no more; infinite where there is none."""
    plain = [(cost(s, v, ratio), accuracy) for (s, v), accuracy in grid.items() if v == 0]
    winners = [
        price
        for (s, v), accuracy in grid.items()
        if v > 0
        for price in (cost(s, v, ratio),)
        if all(other < accuracy for its_price, other in plain if its_price <= price)
    ]
    return min(winners, default=math.inf)


def exponents(optima: Mapping[float, Split]) -> tuple[float, float]:
    """The powers of the budget by which the best S and the best 1 + V grow: slopes of least squares
    in logarithms (the paper: 0.57 and 0.39). Raises ValueError with fewer than two budgets."""
    if len(optima) < 2:
        raise ValueError("growth needs at least two budgets")
    xs = [math.log(budget) for budget in optima]

    def slope(ys: list[float]) -> float:
        mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
        spread = sum((x - mx) ** 2 for x in xs)
        return sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / spread

    return (
        slope([math.log(one.solutions) for one in optima.values()]),
        slope([math.log(1 + one.verifications) for one in optima.values()]),
    )
