"""V1-Infer: better than random pairing and pointwise scores at equal calls, and never over them."""

from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.core.verdict import Selector
from proofloop.graphs.selectors.best_of_n import BestOfN
from proofloop.graphs.selectors.v1 import Standings, SwissPairs, swiss_pairs
from support.simulated import TASK, SimulatedJudge, candidates, is_right, solved

RUNS = 300


async def accuracy(make: type[SwissPairs] | None, **options: object) -> float:
    rng = random.Random(3)
    right = 0
    for seed in range(RUNS):
        many = solved(0.25, 16, rng)
        judge = SimulatedJudge(seed=seed)
        selector: Selector
        if make is None:
            selector = BestOfN(judge, votes=3, seed=seed)
        else:
            selector = make(judge, factor=3, seed=seed, **options)  # type: ignore[arg-type]
        selection = await selector.select(TASK, many)
        assert len(judge.calls) == 48
        right += is_right(next(one for one in many if one.id == selection.best))
    return right / RUNS


async def test_swiss_beats_random_pairing_and_pointwise_scores_at_equal_calls() -> None:
    swiss = await accuracy(SwissPairs)
    at_random = await accuracy(SwissPairs, pairing="random")
    pointwise = await accuracy(None)
    assert swiss > at_random
    assert swiss > pointwise
    assert swiss > 0.25 + 0.3  # far above the solver itself


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
