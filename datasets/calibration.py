"""The calibration of conformal stopping (graphs/stopping/conformal.py) from labelled samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from proofloop.core.errors import InputError, SettingsError
from proofloop.datasets.sample_report import Sample
from proofloop.graphs.stopping.conformal import Conformal, History

RIGHT = "right"  # the answer of right samples that do not tell theirs


def histories_of(samples: Iterable[Sample]) -> dict[str, History]:
    """By task, its samples in their order. A wrong sample that tells no answer has none."""
    by_task: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        by_task[sample.task].append(sample)
    return {
        task: History(
            answers=tuple(answer_of(one) for one in some),
            right=frozenset(answer_of(one) for one in some if one.correct),
        )
        for task, some in by_task.items()
    }


def answer_of(sample: Sample) -> str:
    return sample.answer or (RIGHT if sample.correct else "")


def calibration(
    samples: Sequence[Sample], alpha: float, looks: Sequence[int], file: Path
) -> Conformal:
    """Raises InputError, with the file they are from, for samples of several methods and for a
    task with fewer of them than the last look wants; SettingsError for an alpha that cannot be."""
    methods = sorted({sample.method for sample in samples})
    if len(methods) > 1:
        raise InputError(f"a calibration is of one method; there are {methods}", file=file)
    if not 0 < alpha < 1:
        raise SettingsError(f"--alpha lies between 0 and 1, not {alpha:g}")
    histories = histories_of(samples)
    for task, history in histories.items():
        if len(history.answers) < max(looks):
            raise InputError(
                f"task {task!r} has {len(history.answers)} samples; the last look wants"
                f" {max(looks)} (--looks)",
                file=file,
            )
    return Conformal.calibrated(list(histories.values()), alpha=alpha, looks=looks)


def looks_of(text: str) -> list[int]:
    """Raises SettingsError for what is no list of numbers from 1."""
    try:
        looks = sorted({int(part) for part in text.split(",")})
    except ValueError:
        looks = [0]
    if looks[0] < 1:
        raise SettingsError(f"--looks is a list of numbers such as 4,8,16, not {text!r}")
    return looks
