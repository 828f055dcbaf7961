"""What a report says of judges whose quality is known."""

import random

import pytest

from proofloop.datasets.judge_measure import Quality
from proofloop.datasets.judge_report import JudgeReport, judge_report
from proofloop.datasets.judge_votes import VoteLine
from proofloop.datasets.labels import Label
from support.votes import simulated_labels, simulated_votes


def value(quality: Quality, name: str) -> float:
    estimate = quality.metrics[name]
    assert estimate is not None
    return estimate.value


def panels(report: JudgeReport) -> dict[str, Quality]:
    return {one.rule: one for one in report.panels if len(one.judges) == len(report.judges)}


def label(number: int, faithful: bool | None, kind: str = "") -> Label:
    return Label(id=str(number), informal="i", lean="l", faithful=faithful, kind=kind)


def vote(number: int, judge: str, passed: bool | None, **more: object) -> VoteLine:
    fields = {"id": str(number), "judge": judge, "passed": passed, **more}
    if passed is not None:
        fields.setdefault("score", float(passed))
    return VoteLine.model_validate(fields)


def test_a_small_report_by_hand() -> None:
    labels = [label(1, True, "x"), label(2, True, "x"), label(3, False), label(4, False)]
    labels.append(label(5, None))
    said = {1: True, 2: False, 3: False, 4: None}
    votes = [vote(n, "a", passed, calls=1, tokens=10 * n) for n, passed in said.items()]
    votes += [vote(n, "b", True, calls=1, seconds=2.0, usd=0.5) for n in said]
    votes.append(vote(5, "a", True))
    report = judge_report(labels, votes, resamples=50)
    assert (report.labels, report.unlabelled, report.faithful) == (4, 1, 2)
    a, b = report.judges
    assert value(a, "accuracy") == pytest.approx(2 / 3)
    assert value(a, "abstention") == 0.25
    assert (value(a, "precision"), value(a, "recall")) == (1.0, 0.5)
    assert value(a, "f1") == pytest.approx(2 / 3)
    assert a.tokens == 25 and a.usd is None
    assert b.usd == 0.5 and b.seconds == 2.0
    assert b.metrics["kappa"] is not None and value(b, "kappa") == 0.0
    assert a.reliability is not None and a.reliability.sensitivity == 2 / 4
    assert report.agreement[0].items == 3
    assert report.kinds["x"].said["a"] == {"passed": 1, "rejected": 1, "abstained": 0}
    by_rule = panels(report)
    # 1: both yes. 2 and 3: a says no. 4: a is silent, so that not all have agreed.
    assert by_rule["all"].confusion.model_dump() == {
        "true_yes": 1, "false_yes": 0, "true_no": 1, "false_no": 1
    }  # fmt: skip
    assert by_rule["all"].abstained == {"undecided": 1}
    # a is asked first: its no settles two of the four.
    assert by_rule["all"].calls == pytest.approx((2 + 1 + 1 + 2) / 4)
    assert by_rule["majority"].abstained == {"undecided": 2}


def test_f1_has_an_interval_even_at_its_ends() -> None:
    """Of 24 faithful statements none passed: the overlap's exact bound is 1 - 0.025^(1/24)."""
    labels = [label(n, True) for n in range(24)]
    report = judge_report(labels, [vote(n, "a", False) for n in range(24)], resamples=50)
    f1 = report.judges[0].metrics["f1"]
    bound = 1 - 0.025 ** (1 / 24)
    assert f1 is not None and (f1.value, f1.low) == (0.0, 0.0)
    assert f1.high == pytest.approx(2 * bound / (1 + bound))


def test_who_makes_no_error_in_few_statements_is_not_known_to_make_none() -> None:
    """Of 10, 5 faithful, all right: chance agrees on half, so kappa is at least 2 s - 1 where the
    share of right ones is at least s = 0.025^(1/10), and Brier's score at most 1 - s."""
    labels = [label(n, n < 5) for n in range(10)]
    votes = [vote(n, name, n < 5) for n in range(10) for name in ("a", "b")]
    report = judge_report(labels, votes, resamples=50)
    share = 0.025 ** (1 / 10)
    for kappa in (report.judges[0].metrics["kappa"], report.agreement[0].kappa):
        assert kappa is not None and (kappa.value, kappa.high) == (1.0, 1.0)
        assert kappa.low == pytest.approx(2 * share - 1)
    brier = report.judges[0].metrics["brier"]
    assert brier is not None and (brier.low, brier.high) == (0.0, pytest.approx(1 - share))


@pytest.mark.parametrize("common", [0.0, 0.5])
def test_the_measured_quality_is_that_of_the_judge(common: float) -> None:
    rng = random.Random(1)
    labels = simulated_labels(3000, rng, faithful=0.7)
    votes = simulated_votes(labels, {"a": (0.9, 0.6), "b": (0.75, 0.8)}, rng, common=common)
    a, b = judge_report(labels, votes, resamples=20).judges
    assert value(a, "recall") == pytest.approx(0.9, abs=0.03)
    assert value(a, "specificity") == pytest.approx(0.6, abs=0.05)
    assert value(b, "accuracy") == pytest.approx(0.7 * 0.75 + 0.3 * 0.8, abs=0.03)
    assert a.reliability is not None
    assert a.reliability.specificity == pytest.approx(0.6, abs=0.05)


def test_weights_beat_the_majority_when_judges_differ() -> None:
    """One good judge among three poor ones, independent: the majority is dragged down, the weights
    are not; over 20 sets the gain is far beyond chance."""
    gains = []
    for seed in range(20):
        rng = random.Random(seed)
        labels = simulated_labels(300, rng)
        judges = {"good": (0.92, 0.92), "b": (0.58, 0.58), "c": (0.58, 0.58), "d": (0.58, 0.58)}
        votes = simulated_votes(labels, judges, rng)
        by_rule = panels(judge_report(labels, votes, seed=seed, resamples=2))
        undecided = by_rule["majority"].abstained.get("undecided", 0)
        majority = by_rule["majority"].confusion
        right = majority.true_yes + majority.true_no + undecided / 2  # ties by a coin
        weighted = by_rule["weighted"].confusion
        gains.append((weighted.true_yes + weighted.true_no - right) / 300)
    assert sum(gains) / len(gains) > 0.1
    assert sum(gain > 0 for gain in gains) == len(gains)


def test_among_equals_weights_and_majority_agree() -> None:
    rng = random.Random(3)
    labels = simulated_labels(400, rng)
    votes = simulated_votes(labels, dict.fromkeys("abc", (0.8, 0.8)), rng)
    by_rule = panels(judge_report(labels, votes, resamples=2))
    gap = value(by_rule["weighted"], "accuracy") - value(by_rule["majority"], "accuracy")
    assert abs(gap) < 0.02


def test_all_must_agree_buys_precision_with_recall() -> None:
    rng = random.Random(2)
    labels = simulated_labels(1000, rng)
    votes = simulated_votes(labels, dict.fromkeys("ab", (0.7, 0.9)), rng)
    report = judge_report(labels, votes, resamples=2)
    both, one = panels(report)["all"], report.judges[0]
    assert value(both, "precision") > value(one, "precision")
    assert value(both, "recall") == pytest.approx(0.49, abs=0.05)
    # The first no ends the asking: half of the statements are false, and 0.9 of those end there.
    assert both.calls == pytest.approx(2 - (0.5 * 0.9 + 0.5 * 0.3), abs=0.06)


def test_weights_are_not_measured_on_what_they_are_judged_on() -> None:
    """Judges that only guess: weights that had seen the labels would seem better than chance."""
    scores = []
    for seed in range(30):
        rng = random.Random(100 + seed)
        labels = simulated_labels(60, rng)
        votes = simulated_votes(labels, {f"j{n}": (0.5, 0.5) for n in range(8)}, rng)
        by_rule = panels(judge_report(labels, votes, seed=seed, resamples=2))
        scores.append(value(by_rule["weighted"], "accuracy"))
    assert sum(scores) / len(scores) == pytest.approx(0.5, abs=0.04)


def test_correlated_judges_agree_more_and_gain_less() -> None:
    reports = {}
    for common in (0.0, 0.9):
        rng = random.Random(7)
        labels = simulated_labels(1500, rng)
        votes = simulated_votes(labels, dict.fromkeys("abc", (0.75, 0.75)), rng, common=common)
        reports[common] = judge_report(labels, votes, resamples=2)
    apart, together = reports[0.0], reports[0.9]
    assert apart.fleiss and together.fleiss and together.fleiss.value > apart.fleiss.value + 0.3
    assert value(panels(apart)["majority"], "accuracy") > 0.82
    assert value(panels(together)["majority"], "accuracy") < 0.79


def test_the_order_in_which_votes_came_in_does_not_matter() -> None:
    rng = random.Random(6)
    labels = simulated_labels(40, rng)
    votes = simulated_votes(labels, {"b": (0.8, 0.7), "a": (0.6, 0.9)}, rng, silent=0.1)
    report = judge_report(labels, votes, resamples=40)
    rng.shuffle(votes)
    assert judge_report(labels, votes, resamples=40).model_dump_json() == report.model_dump_json()


def test_subsets_are_every_two_and_three() -> None:
    rng = random.Random(0)
    labels = simulated_labels(20, rng)
    votes = simulated_votes(labels, dict.fromkeys("abcd", (0.8, 0.8)), rng, silent=0.2)
    report = judge_report(labels, votes, subsets=True, resamples=2)
    assert len(report.panels) == 3 * (1 + 6 + 4)


def test_votes_that_say_nothing_make_a_defined_report() -> None:
    labels = [label(1, True), label(2, True)]
    votes = [vote(n, j, None, abstained="malformed") for n in (1, 2) for j in "ab"]
    report = judge_report(labels, votes, resamples=10)
    assert report.judges[0].metrics["accuracy"] is None
    assert report.judges[0].abstained == {"malformed": 2}
    assert (report.fleiss, report.fleiss_items, report.agreement[0].kappa) == (None, 0, None)
    empty = judge_report(labels, [], resamples=10)
    assert (empty.judges, empty.panels) == ((), ())
