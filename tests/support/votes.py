"""Simulated judges: votes of set sensitivity and specificity, independent or not."""

from __future__ import annotations

import random
from collections.abc import Mapping

from proofloop.datasets.judge_votes import VoteLine
from proofloop.datasets.labels import Label


def simulated_labels(n: int, rng: random.Random, *, faithful: float = 0.5) -> list[Label]:
    return [
        Label(id=str(i), informal=f"text {i}", lean=f"lean {i}", faithful=rng.random() < faithful)
        for i in range(n)
    ]


def simulated_votes(
    labels: list[Label],
    judges: Mapping[str, tuple[float, float]],
    rng: random.Random,
    *,
    common: float = 0.0,
    silent: float = 0.0,
) -> list[VoteLine]:
    """``judges``: (sensitivity, specificity) by name. With probability ``common`` a judge's luck on
    a statement is not its own but that of all who share it, so that they err together; with
    ``silent`` it abstains."""
    votes = []
    for label in labels:
        shared = rng.random()
        for name, (sensitivity, specificity) in judges.items():
            luck = shared if rng.random() < common else rng.random()
            right = luck < (sensitivity if label.faithful else specificity)
            passed: bool | None = bool(label.faithful) is right
            if rng.random() < silent:
                passed = None
            score = 0.5 if passed is None else float(passed)
            status = "abstained" if passed is None else "voted"
            votes.append(
                VoteLine(
                    id=label.id,
                    judge=name,
                    passed=passed,
                    score=score,
                    status=status,
                    abstained="cannot tell" if passed is None else "",
                    calls=1,
                    seconds=0.5,
                    tokens=100,
                    usd=0.001,
                )
            )
    return votes
