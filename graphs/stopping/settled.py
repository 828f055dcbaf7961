"""Stop when the rest cannot change the answer of most: the leader is ahead by more than is left.

No estimate and nothing to tune: the answer is that of all the samples. It is the limit of
adaptive-consistency rules as their confidence goes to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proofloop.graphs.stopping.rule import Look, Sample, Value, shares


@dataclass(frozen=True)
class Settled:
    needs: Value = "none"

    def look(self, samples: Sequence[Sample], most: int) -> Look:
        counts = [*(count for _, count in shares(samples)), 0, 0]
        left = most - len(samples)
        lead = counts[0] - counts[1]
        if lead > left:
            return Look(stop=True, reason=f"the answer leads by {lead} and {left} samples are left")
        # The lead grows by one a sample at best.
        return Look(
            stop=False,
            reason=f"the answer leads by {lead} and {left} samples are left",
            wanted=min(most, len(samples) + (left - lead) // 2 + 1),
        )
