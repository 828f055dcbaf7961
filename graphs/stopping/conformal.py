"""Stop when a conformal prediction set has one answer left (C-IP, arXiv 2507.03279; the
shares of sampled answers stand for the class probabilities).

*Calibrate* on problems with known answers: after k samples a problem's score is minus the share of
its right answer among them; q_k is the quantile of these scores at 1 - alpha_k, taken upwards, with
the (n + 1) of split conformal prediction. *Predict*: the set after k samples is every answer whose
share is at least -q_k; for a new problem like those of the calibration it holds the right answer
with probability at least 1 - alpha_k. Sampling stops when the set has one member.

Since the look at which it stops depends on the samples, alpha is shared out evenly among the
looks (the union bound): the right answer is in *all* the sets with probability at least 1 - alpha,
so the one answer that is left is wrong with probability at most alpha, whenever it stops. The
paper looks at every k with its own alpha and asks a fixed number of times.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from proofloop.core.model import Frozen
from proofloop.graphs.stopping.rule import Look, Sample, Value, shares

LOOKS = (4, 8, 16)


class History(Frozen):
    """A calibration problem: its samples' answers in their order, and the right ones (where several
    are, a set that holds one of them holds the right answer)."""

    answers: tuple[str, ...]
    right: frozenset[str]

    def share(self, k: int) -> float:
        """That of the most frequent right answer among the first ``k``."""
        seen = self.answers[:k]
        return max((seen.count(answer) for answer in self.right), default=0) / k


class Conformal(Frozen):
    """``least[k]``: the share from which on an answer is in the set after k samples; a share of
    above 1 or none at all says that no set can be trusted there (too few calibration problems)."""

    least: Mapping[int, float] = Field(min_length=1)
    alpha: float = Field(gt=0, lt=1)
    kind: Literal["conformal"] = "conformal"

    @property
    def needs(self) -> Value:
        return "none"

    @classmethod
    def calibrated(
        cls, histories: Sequence[History], *, alpha: float = 0.1, looks: Sequence[int] = LOOKS
    ) -> Conformal:
        """Raises ValueError without looks, or for a history shorter than the last of them."""
        if not looks or min(looks) < 1 or any(len(h.answers) < max(looks) for h in histories):
            raise ValueError(f"every history needs {max(looks, default=1)} answers, every look one")
        return cls(
            least={k: least_share(histories, k, alpha / len(looks)) for k in sorted(looks)},
            alpha=alpha,
        )

    def look(self, samples: Sequence[Sample], most: int) -> Look:
        seen = len(samples)
        later = [k for k in self.least if k > seen]
        wanted = min(later, default=0)
        if seen not in self.least:
            return Look(stop=False, reason=f"no look after {seen} samples", wanted=wanted)
        left = prediction_set(samples, self.least[seen])
        shown = ", ".join(left) if len(left) <= 3 else f"{len(left)} answers"
        return Look(
            stop=len(left) == 1,
            reason=f"the right answer is among {{{shown}}} at level {1 - self.alpha:g}",
            wanted=wanted,
        )


def prediction_set(samples: Sequence[Sample], least: float) -> list[str]:
    """The answers whose share is at least ``least``, the most frequent first. Where the share may
    be 0 anything may be right, and the set is not told by the samples: it has a member "" more."""
    found = [answer for answer, count in shares(samples) if count / len(samples) >= least]
    return found if least > 0 else [*found, ""]


def least_share(histories: Sequence[History], k: int, alpha: float) -> float:
    """-q_k. With too few problems for the level it is 0: nothing can be left out."""
    right = sorted(history.share(k) for history in histories)
    # The ceil((n + 1)(1 - alpha))-th smallest of the scores, counted in the shares from below.
    rank = len(right) + 1 - math.ceil((len(right) + 1) * (1 - alpha))
    return right[rank - 1] if rank >= 1 else 0.0
