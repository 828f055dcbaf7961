"""Bootstrap intervals cover what they say they cover."""

import random

import pytest

from proofloop.datasets.bootstrap import bootstrap
from proofloop.datasets.judge_measure import metrics
from proofloop.datasets.labels import Label
from support.votes import simulated_labels, simulated_votes


def share(values: list[bool]) -> dict[str, float | None]:
    return {"share": sum(values) / len(values)}


@pytest.mark.parametrize("common", [0.0, 0.6])
def test_intervals_cover_the_truth_at_their_nominal_rate(common: float) -> None:
    """300 sets of 120 statements, a judge of accuracy 0.8 and one that errs with it: 95 % intervals
    of accuracy and 90 % ones of their difference hold the truth about as often as they say."""
    rng = random.Random(5)
    covered = differing = 0
    sets = 300
    for _ in range(sets):
        labels = simulated_labels(120, rng)
        judges = {"a": (0.8, 0.8), "b": (0.7, 0.7)}
        votes = simulated_votes(labels, judges, rng, common=common)
        right = [
            vote.passed is label.faithful for vote, label in zip(votes, twice(labels), strict=True)
        ]
        both = list(zip(right[::2], right[1::2], strict=True))
        found = bootstrap(right[::2], share, resamples=100, rng=rng)["share"]
        gap = bootstrap(
            both,
            lambda some: {"gap": sum(a - b for a, b in some) / len(some)},
            resamples=100,
            level=0.9,
            rng=rng,
        )["gap"]
        assert found is not None and gap is not None
        covered += found.low <= 0.8 <= found.high
        differing += gap.low <= 0.1 <= gap.high
    assert 0.91 <= covered / sets <= 0.98
    assert 0.85 <= differing / sets <= 0.95


def twice(labels: list[Label]) -> list[Label]:
    return [label for label in labels for _ in range(2)]


def test_intervals_of_every_measure_cover_its_truth() -> None:
    """A judge with sensitivity 0.8 and specificity 0.7 where 60 % are faithful: all measures follow
    from these, so that it is known what their intervals should hold."""
    s, t, p = 0.8, 0.7, 0.6
    accuracy, yes = p * s + (1 - p) * t, p * s + (1 - p) * (1 - t)
    precision = p * s / yes
    chance = yes * p + (1 - yes) * (1 - p)
    truth = {
        "accuracy": accuracy,
        "precision": precision,
        "recall": s,
        "specificity": t,
        "overlap": p * s / (p + (1 - p) * (1 - t)),
        "kappa": (accuracy - chance) / (1 - chance),
        "brier": 1 - accuracy,
    }
    rng = random.Random(9)
    held = dict.fromkeys(truth, 0)
    sets = 200
    for _ in range(sets):
        labels = simulated_labels(150, rng, faithful=p)
        votes = simulated_votes(labels, {"a": (s, t)}, rng)
        outcomes = [
            (vote.passed, vote.score, bool(label.faithful))
            for vote, label in zip(votes, labels, strict=True)
        ]
        for name, found in bootstrap(outcomes, metrics, resamples=100, rng=rng).items():
            if name in truth:
                assert found is not None
                held[name] += found.low <= truth[name] <= found.high
    assert all(0.9 <= count / sets <= 0.985 for count in held.values()), held


def test_a_perfect_record_has_the_exact_binomial_bound() -> None:
    """Of 30 right ones in 30, Clopper and Pearson's lower bound is 0.025^(1/30) = 0.884."""
    found = bootstrap([True] * 30, share, counted={"share": 30})["share"]
    assert found is not None
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.8843, abs=5e-5)
    none = bootstrap([False] * 30, share, counted={"share": 30})["share"]
    assert none is not None
    assert (none.low, none.high) == (0.0, pytest.approx(1 - 0.8843, abs=5e-5))


def test_a_statistic_without_a_value_has_no_interval() -> None:
    found = bootstrap([(None, 0.5, True)] * 4, metrics, resamples=20)
    assert found["accuracy"] is found["overlap"] is found["brier"] is None
    assert found["abstention"] is not None and found["abstention"].value == 1.0
    assert bootstrap([], metrics)["abstention"] is None


def test_the_same_seed_gives_the_same_interval() -> None:
    values = [place % 3 == 0 for place in range(50)]
    one, other = (bootstrap(values, share, rng=random.Random(4)) for _ in range(2))
    assert one == other != bootstrap(values, share, rng=random.Random(5))
