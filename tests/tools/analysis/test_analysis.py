"""The theory of repeated attempts against simulation and against cases worked out by hand."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.tools.analysis.cost_of_pass import (
    Attempts,
    contributions,
    cost_of_pass,
    frontier,
    pareto,
)
from proofloop.tools.analysis.coverage import fit, powers_of_two
from proofloop.tools.analysis.split import Split, best_split, cost, crossover, exponents
from proofloop.tools.analysis.verifier import Solver, accuracy, best_budget, ceiling, utility


def resample(solver: Solver, k: int, rng: random.Random) -> str:
    """Sample until the verifier accepts, at most k times: right, wrong or nothing."""
    for _ in range(k):
        right = rng.random() < solver.p
        accepted = rng.random() < (1 - solver.miss if right else solver.fooled)
        if accepted:
            return "right" if right else "wrong"
    return "nothing"


@pytest.mark.parametrize("k", [1, 3, 30])
def test_accuracy_is_that_of_the_simulated_loop(k: int) -> None:
    solver, rng, runs = Solver(p=0.3, miss=0.2, fooled=0.1), random.Random(0), 20_000
    ends = [resample(solver, k, rng) for _ in range(runs)]
    assert ends.count("right") / runs == pytest.approx(accuracy([solver], k), abs=0.012)
    wanted = (ends.count("right") - 2 * ends.count("wrong")) / runs
    assert utility(solver, k, 2.0) == pytest.approx(wanted, abs=0.03)


def test_no_budget_passes_the_ceiling() -> None:
    solvers = [Solver(p=0.2, fooled=0.3), Solver(p=0.9, miss=0.1)]
    assert ceiling(solvers) == pytest.approx((0.2 / (0.2 + 0.24) + 1) / 2)
    assert accuracy(solvers, 10**6) == pytest.approx(ceiling(solvers))


def test_a_verifier_that_is_fooled_makes_more_samples_a_loss() -> None:
    mixed = [Solver(p=0.8, fooled=0.05), Solver(p=0.02, fooled=0.05)]
    assert 0 < best_budget(mixed, cost=4.0) < 10
    assert best_budget([Solver(p=0.01, fooled=0.5)], cost=1.0) == 0
    assert best_budget([Solver(p=0.1)], cost=1.0, most=50) == 50


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(1, 200))
def test_accuracy_grows_with_the_budget_and_stays_a_probability(
    p: float, miss: float, fooled: float, k: int
) -> None:
    one = [Solver(p=p, miss=miss, fooled=fooled)]
    assert -1e-12 <= accuracy(one, k) <= accuracy(one, k + 1) + 1e-12 <= ceiling(one) + 2e-12 <= 1.1


def test_the_curve_of_known_constants_is_found_again() -> None:
    points = [(k, math.exp(-1.7 * k**-0.45)) for k in powers_of_two(256)]
    law = fit(points)
    assert (law.a, law.b) == (pytest.approx(-1.7, rel=1e-3), pytest.approx(-0.45, rel=1e-3))
    assert law.at(law.needed(0.9)) == pytest.approx(0.9)


def test_a_curve_through_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="two numbers of samples"):
        fit([(1, 0.0), (2, 0.0)])


def test_steps_end_with_the_last_number() -> None:
    assert powers_of_two(10) == [1, 2, 4, 8, 10]
    assert powers_of_two(8) == [1, 2, 4, 8]


TABLE = {
    "small": {
        "a": Attempts(cost=1.0, tried=10, right=5),
        "b": Attempts(cost=1.0, tried=10, right=0),
    },
    "large": {
        "a": Attempts(cost=10.0, tried=10, right=10),
        "b": Attempts(cost=10.0, tried=10, right=2),
    },
}


def test_a_right_answer_costs_the_attempts_it_took() -> None:
    assert cost_of_pass(TABLE["small"]["a"]) == pytest.approx(0.2)
    assert cost_of_pass(TABLE["small"]["b"]) == math.inf
    assert frontier(TABLE) == {"a": pytest.approx(0.2), "b": pytest.approx(5.0)}
    assert frontier(TABLE, expert=3.0)["b"] == 3.0


def test_a_method_adds_what_the_others_would_cost_more() -> None:
    added = contributions(TABLE, expert=20.0)
    assert added == {"small": pytest.approx(0.4), "large": pytest.approx(7.5)}


def test_attempts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="3 right of 2"):
        cost_of_pass(Attempts(cost=1, tried=2, right=3))


def test_the_pareto_front_has_what_nothing_beats() -> None:
    points = {"a": (1.0, 0.5), "b": (2.0, 0.4), "c": (3.0, 0.8), "d": (1.0, 0.3)}
    assert pareto(points) == ["a", "c"]


def test_the_best_split_fits_the_budget() -> None:
    grid = {(1, 0): 0.3, (8, 0): 0.5, (2, 3): 0.45, (4, 4): 0.7}
    assert best_split(grid, 8, 0.5) == Split(solutions=8, verifications=0, cost=8, accuracy=0.5)
    chosen = best_split(grid, 12, 0.5)
    assert chosen is not None and (chosen.solutions, chosen.verifications) == (4, 4)
    assert best_split(grid, 0.5, 0.5) is None
    assert crossover(grid, 0.5) == 5.0  # (2, 3): better than the single plain solution
    assert crossover({(1, 0): 0.9, (1, 1): 0.5}, 1.0) == math.inf


def test_growth_is_the_slope_in_logarithms() -> None:
    optima = {
        budget: Split(
            solutions=round(budget**0.6),
            verifications=round(budget**0.4) - 1,
            cost=cost(1, 1, 1),
            accuracy=0,
        )
        for budget in (10.0**5, 10.0**7, 10.0**10)
    }
    solving, verifying = exponents(optima)
    assert solving == pytest.approx(0.6, abs=0.01)
    assert verifying == pytest.approx(0.4, abs=0.01)
