"""Agreement, confusion and calibration against published and hand-computed values."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.tools.analysis.agreement import cohen_kappa, fleiss_kappa
from proofloop.tools.analysis.calibration import (
    brier,
    expected_calibration_error,
    reliability_bins,
)
from proofloop.tools.analysis.confusion import Confusion

# Fleiss (1971), the worked example in the form in which it is usually reprinted: 10 subjects,
# 14 raters, 5 classes; kappa is 0.210.
FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def pairs(both: int, only_a: int, only_b: int, neither: int) -> list[tuple[bool, bool]]:
    cells = {(True, True): both, (True, False): only_a, (False, True): only_b}
    cells[False, False] = neither
    return [pair for pair, count in cells.items() for _ in range(count)]


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ((20, 5, 10, 15), 0.40),  # two readers of 50 grant proposals, the textbook example
        ((45, 15, 25, 15), 0.1304),  # the same observed agreement of 0.6 with other margins:
        ((25, 35, 5, 35), 0.2593),  # kappa is higher where the raters differ in how much they like
        ((10, 0, 0, 10), 1.0),
        ((0, 10, 10, 0), -1.0),
        ((25, 25, 25, 25), 0.0),
    ],
)
def test_cohens_kappa(table: tuple[int, int, int, int], kappa: float) -> None:
    assert cohen_kappa(pairs(*table)) == pytest.approx(kappa, abs=5e-5)


def test_fleiss_kappa_of_the_published_example() -> None:
    ratings = [[place for place, k in enumerate(row) for _ in range(k)] for row in FLEISS]
    assert fleiss_kappa(ratings) == pytest.approx(0.210, abs=5e-4)


def test_kappa_where_there_is_nothing_to_agree_on() -> None:
    assert cohen_kappa([]) is None
    assert cohen_kappa([(True, True)] * 5) is None
    assert fleiss_kappa([]) is None
    assert fleiss_kappa([[True, True]] * 5) is None
    with pytest.raises(ValueError, match="same number of ratings"):
        fleiss_kappa([[True, False], [True]])
    with pytest.raises(ValueError, match="two or more"):
        fleiss_kappa([[True], [False]])


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_cohens_kappa_is_symmetric_and_within_its_range(rated: list[tuple[bool, bool]]) -> None:
    kappa = cohen_kappa(rated)
    assert kappa is None or -1 - 1e-9 <= kappa <= 1 + 1e-9
    turned = cohen_kappa([(b, a) for a, b in rated])
    assert (kappa is None) == (turned is None)
    assert kappa is None or math.isclose(kappa, turned or 0.0, abs_tol=1e-9)


def test_confusion_by_hand() -> None:
    found = Confusion.of(pairs(6, 2, 4, 8))  # decided yes and true, yes and false, no and true, no
    assert (found.true_yes, found.false_yes, found.false_no, found.true_no) == (6, 2, 4, 8)
    assert found.accuracy == 14 / 20
    assert found.precision == 6 / 8
    assert found.recall == 6 / 10
    assert found.specificity == 8 / 10
    assert found.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))


def test_what_has_nothing_to_count_is_none() -> None:
    nothing = Confusion()
    assert nothing.accuracy is nothing.precision is nothing.recall is nothing.f1 is None
    only_no = Confusion(true_no=3)
    assert (only_no.precision, only_no.recall, only_no.specificity) == (None, None, 1.0)


def test_brier_and_calibration_by_hand() -> None:
    forecasts = [(0.9, True), (0.9, True), (0.9, False), (0.2, False), (0.2, True)]
    assert brier(forecasts) == pytest.approx((0.01 + 0.01 + 0.81 + 0.04 + 0.64) / 5)
    # |0.9 - 2/3| over three of five, |0.2 - 1/2| over two
    assert expected_calibration_error(forecasts) == pytest.approx(0.6 * 0.7 / 3 + 0.4 * 0.3)
    bins = reliability_bins(forecasts)
    assert [(b.low, b.count, b.share) for b in bins] == [(0.2, 2, 0.5), (0.9, 3, 2 / 3)]


def test_certainty_falls_into_the_last_bin() -> None:
    (last,) = reliability_bins([(1.0, True), (0.95, False)])
    assert (last.low, last.high, last.count) == (0.9, 1.0, 2)
    assert brier([]) is expected_calibration_error([]) is None


def test_honest_probabilities_are_calibrated_and_overconfident_ones_are_not() -> None:
    honest = [(0.75, place % 4 != 0) for place in range(400)]
    assert expected_calibration_error(honest) == pytest.approx(0.0)
    overconfident = [(0.99, happened) for _, happened in honest]
    assert expected_calibration_error(overconfident) == pytest.approx(0.24)
