"""BIG-Bench Mistake (arXiv 2311.08516): reasoning in steps, with the first step that is wrong.

Finding that step is harder for models than mending it once it is known, so it is measured by
itself: whether the place is right (none counts as a place), and whether it is seen at all that
there is a mistake. Sources and licences stand beside the samples.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from proofloop.core.errors import InputError
from proofloop.core.model import Frozen
from proofloop.core.task import Task
from proofloop.datasets.metrics import Estimate, bootstrapped
from proofloop.datasets.recorded import read_lines


class Trace(Frozen):
    """``wrong`` is the place of the first wrong step, from 0; None where every step is right, which
    makes no promise of the ``answer``. ``kind`` is one of the five tasks."""

    id: str
    kind: str
    question: str
    steps: tuple[str, ...]
    answer: str
    target: str
    wrong: int | None

    @property
    def task(self) -> Task:
        return Task(id=self.id, kind="solve", informal=self.question, answer=self.target)


class LocationReport(Frozen):
    """``location``: how often the place is exactly right. ``detection``: how often it is right
    that there is a mistake, or none. ``found``: location among the traces with a mistake;
    ``cleared``: among those without. ``near`` is the share of traces with a mistake whose place is
    off by one at the most. Each with a bootstrap interval over traces."""

    traces: int
    location: Estimate
    detection: Estimate
    found: Estimate | None
    cleared: Estimate | None
    near: Estimate | None


def bbmistake() -> list[Trace]:
    """2,186 traces of five tasks."""
    counts: dict[str, int] = {}
    traces = []
    for entry in read_lines("bbmistake_traces.jsonl.xz"):
        kind = entry["task"]
        number = counts[kind] = counts.get(kind, -1) + 1
        traces.append(
            Trace(
                id=f"bbmistake/{kind}/{number}",
                kind=kind,
                question=entry["input"],
                steps=tuple(entry["steps"]),
                answer=entry["answer"] or "",
                target=entry["target"],
                wrong=entry["mistake_index"],
            )
        )
    return traces


def located(
    traces: Sequence[Trace], places: Sequence[int | None], rng: random.Random | None = None
) -> LocationReport:
    """The report on one found place a trace. Raises InputError for no traces, or for another
    number of places."""
    if not traces or len(traces) != len(places):
        raise InputError(f"{len(places)} places for {len(traces)} traces")
    rng = rng or random.Random(0)
    pairs = [(trace.wrong, place) for trace, place in zip(traces, places, strict=True)]
    wrong = [(truth, place) for truth, place in pairs if truth is not None]
    clean = [place for truth, place in pairs if truth is None]
    near = [place is not None and abs(place - truth) <= 1 for truth, place in wrong]

    def estimate(hits: Sequence[bool]) -> Estimate | None:
        return bootstrapped([float(hit) for hit in hits], rng=rng) if hits else None

    return LocationReport(
        traces=len(traces),
        location=bootstrapped([float(truth == place) for truth, place in pairs], rng=rng),
        detection=bootstrapped(
            [float((truth is None) == (place is None)) for truth, place in pairs], rng=rng
        ),
        found=estimate([truth == place for truth, place in wrong]),
        cleared=estimate([place is None for place in clean]),
        near=estimate(near),
    )
