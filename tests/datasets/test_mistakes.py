"""BIG-Bench Mistake as it is read, and the measures of locating a mistake."""

from __future__ import annotations

from collections import Counter

import pytest

from proofloop.core.errors import InputError
from proofloop.datasets.mistakes import Trace, bbmistake, located


def trace(wrong: int | None) -> Trace:
    steps = ("a", "b", "c", "d")
    return Trace(id="t", kind="k", question="?", steps=steps, answer="", target="", wrong=wrong)


def test_traces_are_those_of_the_paper() -> None:
    traces = bbmistake()
    # arXiv 2311.08516, table 1: traces, and those with a mistake, of each task.
    counts = Counter(each.kind for each in traces)
    wrong = Counter(each.kind for each in traces if each.wrong is not None)
    assert {kind: (counts[kind], wrong[kind]) for kind in counts} == {
        "dyck_languages": (986, 650),
        "logical_deduction": (300, 294),
        "multistep_arithmetic": (300, 238),
        "tracking_shuffled_objects": (300, 260),
        "word_sorting": (300, 266),
    }
    assert len({each.id for each in traces}) == len(traces)
    assert all(each.wrong is None or 0 <= each.wrong < len(each.steps) for each in traces)


def test_a_marked_step_is_the_first_wrong_one() -> None:
    """The arithmetic of one trace, by hand: -7 * 4 is taken for 7 - 28 with the wrong sign."""
    first = next(each for each in bbmistake() if each.kind == "multistep_arithmetic")
    assert first.wrong == 3
    assert "(7 - -7 * 4)" in first.steps[3] and "(7 - 28)" in first.steps[3]


def test_place_and_presence_are_counted_apart() -> None:
    traces = [trace(1), trace(2), trace(3), trace(None), trace(None)]
    report = located(traces, [1, 3, None, None, 0])
    assert report.location.value == pytest.approx(2 / 5)
    assert report.detection.value == pytest.approx(3 / 5)
    assert report.found is not None and report.found.value == pytest.approx(1 / 3)
    assert report.cleared is not None and report.cleared.value == pytest.approx(1 / 2)
    assert report.near is not None and report.near.value == pytest.approx(2 / 3)
    assert report.location.low <= report.location.value <= report.location.high


def test_without_clean_traces_nothing_is_said_of_them() -> None:
    report = located([trace(1)], [1])
    assert (report.location.value, report.cleared) == (1.0, None)
    for places in ([], [1, 2]):
        with pytest.raises(InputError):
            located([trace(1)], places)
    with pytest.raises(InputError):
        located([], [])
