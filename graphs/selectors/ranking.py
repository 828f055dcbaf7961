"""From scores to a ranking: what all selectors share."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue

from proofloop.core.errors import BudgetExceeded
from proofloop.core.task import Candidate
from proofloop.core.verdict import Selection


def rank(
    candidates: Sequence[Candidate],
    scores: Mapping[str, float],
    rng: random.Random,
    *,
    votes: Iterable[dict[str, JsonValue]] = (),
    spent: BudgetExceeded | None = None,
    note: str = "",
) -> Selection:
    """Highest score first; equal scores in an order drawn from ``rng``; what has no score, or one
    that is not a number, comes last. ``spent`` is the budget that ended the voting."""
    order = [candidate.id for candidate in candidates]
    rng.shuffle(order)
    known = {name: scores[name] for name in order if math.isfinite(scores.get(name, math.nan))}
    order.sort(key=lambda name: -known.get(name, -math.inf))
    notes = [note, str(spent or ""), "" if candidates else "no candidates"]
    return Selection(
        ranking=tuple(order),
        scores=known,
        votes=tuple(votes),
        partial=spent is not None,
        note="; ".join(filter(None, notes)),
    )
