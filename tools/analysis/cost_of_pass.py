"""Cost-of-pass: what a right answer costs (arXiv 2504.13359).

v(m, p) = C_m(p) / R_m(p): the expected cost of one attempt of method m at problem p over its
success rate; infinite where it never succeeds. The frontier of a set of methods is the cheapest of
them a problem, or an expert's price where that is lower; what a method adds is how much the
frontier rises without it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from proofloop.core.model import Frozen


class Attempts(Frozen):
    """All attempts of one method at one problem: total cost, how many, how many were right."""

    cost: float
    tried: int
    right: int


Table = Mapping[str, Mapping[str, Attempts]]  # method -> problem -> attempts


def cost_of_pass(attempts: Attempts) -> float:
    """Raises ValueError where nothing was tried."""
    if attempts.tried < 1 or not 0 <= attempts.right <= attempts.tried:
        raise ValueError(f"{attempts.right} right of {attempts.tried} attempts")
    return attempts.cost / attempts.right if attempts.right else math.inf


def frontier(table: Table, *, expert: float = math.inf) -> dict[str, float]:
    """The lowest cost-of-pass for each problem that any method tried."""
    problems = {problem: None for tried in table.values() for problem in tried}
    return {
        problem: min(
            [expert]
            + [cost_of_pass(tried[problem]) for tried in table.values() if problem in tried]
        )
        for problem in problems
    }


def mean_frontier(table: Table, *, expert: float) -> float:
    """The mean over problems; finite because of the expert's price. 0 without a problem."""
    costs = list(frontier(table, expert=expert).values())
    return sum(costs) / len(costs) if costs else 0.0


def contributions(table: Table, *, expert: float) -> dict[str, float]:
    """For each method how much dearer a right answer would be without it, over all problems."""
    whole = frontier(table, expert=expert)
    added = {}
    for method in table:
        rest = frontier(
            {name: tried for name, tried in table.items() if name != method}, expert=expert
        )
        rises = [rest.get(problem, expert) - cost for problem, cost in whole.items()]
        added[method] = sum(rises) / len(rises) if rises else 0.0
    return added


def pareto(points: Mapping[str, tuple[float, float]]) -> list[str]:
    """The methods that no other beats in both (cost, accuracy), cheapest first."""
    kept: list[str] = []
    best = -math.inf
    for name in sorted(points, key=lambda name: (points[name][0], -points[name][1])):
        if points[name][1] > best:
            best = points[name][1]
            kept.append(name)
    return kept


def attempts_of(costs: Sequence[float], right: Sequence[bool]) -> Attempts:
    return Attempts(cost=sum(costs), tried=len(right), right=sum(right))
