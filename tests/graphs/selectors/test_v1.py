"""V1-Infer: better than random pairing and pointwise scores at equal calls, and never over them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.core.verdict import Selector
from proofloop.graphs.selectors.best_of_n import BestOfN
from proofloop.graphs.selectors.v1 import Standings, SwissPairs, swiss_pairs
from support.expected import SwissReference, best_score, one_pair, surely_above
from support.simulated import TASK, SimulatedJudge, candidates
from support.simulated_model import within

Make = Callable[[SimulatedJudge, int], Selector]

SWISS: Make = lambda judge, seed: SwissPairs(judge, factor=3, seed=seed)  # noqa: E731
RANDOM: Make = lambda judge, seed: SwissPairs(judge, pairing="random", seed=seed)  # noqa: E731
SCORES: Make = lambda judge, seed: BestOfN(judge, votes=3, seed=seed)  # noqa: E731


async def outcomes(make: Make, *, right: int, n: int, noise: float, runs: int) -> list[float]:
    """1 for each run whose best is right, 0 for the others; the same seeds for every method."""
    many = candidates([i < right for i in range(n)])
    found = []
    for seed in range(runs):
        judge = SimulatedJudge(seed=seed, noise=noise)
        best = (await make(judge, seed).select(TASK, many)).best
        assert len(judge.calls) == 3 * n
        found.append(float(int(str(best)[1:]) < right))
    return found


async def test_swiss_beats_random_pairing_and_pointwise_scores_at_equal_calls() -> None:
    runs, kind = 900, {"right": 2, "n": 16, "noise": 3.0}
    swiss, at_random, pointwise = [
        await outcomes(make, runs=runs, **kind)  # type: ignore[arg-type]
        for make in (SWISS, RANDOM, SCORES)
    ]
    assert surely_above(swiss, at_random)
    assert surely_above(swiss, pointwise)
    rng, more = np.random.default_rng(0), 600
    reference = fmean(SwissReference(16, 2, 3.0, rng).best(48) < 2 for _ in range(more))
    assert within(fmean(swiss), reference, runs * more // (runs + more))
    assert within(fmean(pointwise), best_score(2, 16, 3, 3.0), runs)


async def test_of_two_the_right_one_wins_as_often_as_computed() -> None:
    """Six comparisons of one pair, where weighing them matters: signs alone are right less."""
    found = await outcomes(SWISS, right=1, n=2, noise=4.0, runs=1000)
    assert within(fmean(found), one_pair(6, 4.0, 0.1), 1000)


@given(n=st.integers(0, 24), factor=st.sampled_from([1.0, 1.5, 3.0]))
def test_it_never_spends_more_than_its_budget(n: int, factor: float) -> None:
    judge = SimulatedJudge()
    selector = SwissPairs(judge, factor=factor)
    many = candidates([i % 4 == 0 for i in range(n)])
    selection = asyncio.run(selector.select(TASK, many))
    assert len(judge.calls) == selector.plan(TASK, many).calls
    assert sorted(selection.ranking) == sorted(one.id for one in many)
    assert all(a != b for a, b in judge.calls)


async def test_everybody_is_compared_twice_before_the_swiss_passes() -> None:
    judge = SimulatedJudge()
    await SwissPairs(judge, factor=1.0).select(TASK, candidates([True, False] * 8))
    met = [name for pair in judge.calls for name in pair]
    assert {met.count(f"c{i}") for i in range(16)} == {2}


def test_equal_ratings_are_half_a_win_of_the_smallest_weight() -> None:
    table = Standings.of(2, 0.1)
    table.record(0, 1, (6.0, 6.0))
    assert table.weight == [0.1, 0.1]
    assert table.wins == [0.05, 0.05]


def test_a_clear_difference_weighs_more() -> None:
    table = Standings.of(3, 0.1)
    table.record(0, 1, (10.0, 1.0))
    table.record(0, 2, (5.0, 6.0))
    assert table.mu(0) == pytest.approx(1 / (1 + 1 / 9))


def test_ratings_beyond_the_scale_are_clamped() -> None:
    table = Standings.of(2, 0.1)
    table.record(0, 1, (99.0, -5.0))
    assert table.weight == [1.0, 1.0]
    assert table.mean_rating(0) == 10.0


def test_swiss_pairs_prefer_those_that_have_not_met() -> None:
    table = Standings.of(4, 0.1)
    for i, j, rating in ((0, 1, (9.0, 8.9)), (2, 3, (2.0, 1.9))):
        table.record(i, j, rating)
    pairs = swiss_pairs(table, 8, random.Random(0))
    assert {frozenset(pair) for pair in pairs} == {frozenset({0, 2}), frozenset({1, 3})}


def test_swiss_pairs_are_made_from_the_top_down() -> None:
    """The second is nearer to the third than to the first, and still meets the first."""
    table = Standings.of(4, 0.1)
    for i, won in enumerate((0.9, 0.7, 0.55, 0.1)):
        table.wins[i], table.weight[i] = won, 1.0
    for seed in range(8):
        assert set(swiss_pairs(table, 8, random.Random(seed))) == {(0, 1), (2, 3)}
