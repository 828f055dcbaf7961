"""pass@k against counting every draw, and the interval against a known chance."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.core.errors import InputError
from proofloop.datasets.metrics import mean_pass_at_k, pass_at_k

COUNTS = st.integers(1, 8).flatmap(
    lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))
)


@given(COUNTS)
def test_pass_at_k_is_the_share_of_draws_that_hold_a_right_one(
    counts: tuple[int, int, int],
) -> None:
    samples, right, k = counts
    outcomes = [True] * right + [False] * (samples - right)
    draws = list(itertools.combinations(outcomes, k))
    assert pass_at_k(samples, right, k) == pytest.approx(
        sum(any(draw) for draw in draws) / len(draws)
    )


@given(
    st.integers(1, 3000).flatmap(
        lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))
    )
)
def test_pass_at_k_is_exact_where_the_binomials_are_huge(counts: tuple[int, int, int]) -> None:
    samples, right, k = counts
    exact = 1 - math.comb(samples - right, k) / math.comb(samples, k)
    assert pass_at_k(samples, right, k) == pytest.approx(exact, abs=1e-9)


@given(COUNTS)
def test_more_draws_and_more_right_ones_never_hurt(counts: tuple[int, int, int]) -> None:
    samples, right, k = counts
    here = pass_at_k(samples, right, k)
    assert 0 <= here <= 1
    if k < samples:
        assert pass_at_k(samples, right, k + 1) >= here - 1e-12
    if right < samples:
        assert pass_at_k(samples, right + 1, k) >= here - 1e-12


@pytest.mark.parametrize("chance", [0.05, 0.3, 0.8])
@pytest.mark.parametrize("k", [1, 4, 10])
def test_the_estimate_has_no_bias(chance: float, k: int) -> None:
    rng = random.Random(1)
    trials = 4000
    values = [
        pass_at_k(10, sum(rng.random() < chance for _ in range(10)), k) for _ in range(trials)
    ]
    truth = 1 - (1 - chance) ** k
    assert sum(values) / trials == pytest.approx(truth, abs=4 * 0.5 / math.sqrt(trials))


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = random.Random(2)
    held = 0
    for _ in range(200):
        counts = [(1, int(rng.random() < 0.4)) for _ in range(60)]
        estimate = mean_pass_at_k(counts, 1, resamples=300, rng=rng)
        assert estimate.low <= estimate.value <= estimate.high
        held += estimate.low <= 0.4 <= estimate.high
    assert 180 <= held <= 200


def test_the_interval_depends_on_the_seed_alone() -> None:
    counts = [(4, 1), (4, 0), (4, 4), (4, 2)]
    first = mean_pass_at_k(counts, 2, rng=random.Random(7))
    assert first == mean_pass_at_k(counts, 2, rng=random.Random(7))


@pytest.mark.parametrize("counts", [(3, 4, 1), (3, -1, 1), (3, 1, 0), (3, 1, 4)])
def test_impossible_counts_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(InputError):
        pass_at_k(*counts)
    with pytest.raises(InputError):
        mean_pass_at_k([], 1)
