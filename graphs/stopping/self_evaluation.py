"""Stop when the model says that a new start would not do better (adaptive inference-time compute,
arXiv 2410.02725).

After each sample the model gives the probability that starting again would not help
(``agents/self_evaluator.py``); one of ``enough`` ends it. The sample of the highest probability is
the answer. The paper trains the model for it; of one that was not trained the probability has to
be calibrated, by choosing ``enough`` on problems with known answers.

The paper anneals the temperature without giving its schedule: here sample k (from 0) is drawn at
1 - 2^-k, so the first is the likeliest solution and the later ones look farther afield.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proofloop.graphs.stopping.rule import Look, Sample, Value


@dataclass(frozen=True)
class SelfEvaluation:
    enough: float = 0.9
    needs: Value = "confidence"

    def __post_init__(self) -> None:
        if not 0 < self.enough <= 1:
            raise ValueError("enough lies between 0 and 1")

    def look(self, samples: Sequence[Sample], most: int) -> Look:
        values = [one.value for one in samples if one.value is not None]
        best = max(values, default=0.0)
        return Look(
            stop=bool(values) and best >= self.enough,
            reason=f"the surest sample is sure to {best:.2f}" if values else "no readable word",
        )


def annealed(place: int) -> float:
    """The temperature of sample ``place``."""
    return 1.0 - 0.5**place
