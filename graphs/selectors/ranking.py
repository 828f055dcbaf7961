"""From scores to a ranking: what all selectors share."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue

from proofloop.core.task import Candidate
from proofloop.core.verdict import Selection


def rank(
    candidates: Sequence[Candidate],
    scores: Mapping[str, float],
    rng: random.Random,
    *,
    votes: Iterable[dict[str, JsonValue]] = (),
    partial: bool = False,
    note: str = "",
) -> Selection:
    """Highest score first; equal scores in an order drawn from ``rng``; what has no score, or one
    that is not a number, comes last."""
    order = [candidate.id for candidate in candidates]
    rng.shuffle(order)
    known = {name: scores[name] for name in order if math.isfinite(scores.get(name, math.nan))}
    order.sort(key=lambda name: -known.get(name, -math.inf))
    return Selection(
        ranking=tuple(order),
        scores=known,
        votes=tuple(votes),
        partial=partial,
        note=note or ("" if candidates else "no candidates"),
    )
