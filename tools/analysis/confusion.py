"""How decisions of yes and no compare with the truth. What has nothing to count is None."""

from __future__ import annotations

from collections.abc import Iterable

from proofloop.core.model import Frozen


class Confusion(Frozen):
    """Counts by decision and truth."""

    true_yes: int = 0
    false_yes: int = 0
    true_no: int = 0
    false_no: int = 0

    @classmethod
    def of(cls, decided: Iterable[tuple[bool, bool]]) -> Confusion:
        """From pairs of a decision and the truth."""
        counts = {(True, True): 0, (True, False): 0, (False, False): 0, (False, True): 0}
        for pair in decided:
            counts[pair] += 1
        return cls(
            true_yes=counts[True, True],
            false_yes=counts[True, False],
            true_no=counts[False, False],
            false_no=counts[False, True],
        )

    @property
    def total(self) -> int:
        return self.true_yes + self.false_yes + self.true_no + self.false_no

    @property
    def accuracy(self) -> float | None:
        return ratio(self.true_yes + self.true_no, self.total)

    @property
    def precision(self) -> float | None:
        """The share of yeses that are right."""
        return ratio(self.true_yes, self.true_yes + self.false_yes)

    @property
    def recall(self) -> float | None:
        """The share of true ones that got a yes: the sensitivity."""
        return ratio(self.true_yes, self.true_yes + self.false_no)

    @property
    def specificity(self) -> float | None:
        """The share of false ones that got a no."""
        return ratio(self.true_no, self.true_no + self.false_yes)

    @property
    def overlap(self) -> float | None:
        """Of those that are true or got a yes, the share that are both (Jaccard's index)."""
        return ratio(self.true_yes, self.true_yes + self.false_yes + self.false_no)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall, which rises with the overlap alone."""
        return None if self.overlap is None else f1_of(self.overlap)


def f1_of(overlap: float) -> float:
    return 2 * overlap / (1 + overlap)


def ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
