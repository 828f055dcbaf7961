"""Universal hypotheses at a few points: enough for identities of polynomials and recurrences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from proofloop.tools.lean.shape import Shape

POINTS = ("0", "1", "2")
CONDITIONED_POINTS = ("0", "1", "2", "6")
_NUMERAL = re.compile(r"(?<![\w.^])\d{1,4}(?![\w.])")


def universal(shape: Shape) -> list[str]:
    return [name for name, claim in shape.hypotheses.items() if claim.startswith("∀")]


def at_small_points(shape: Shape) -> Iterator[str]:
    """Every universal hypothesis at 0, 1 and 2; then also at the numbers that the claim names."""
    if not (names := universal(shape)):
        return
    named = tuple(dict.fromkeys((*POINTS, *_NUMERAL.findall(shape.claim))))
    for points in dict.fromkeys((POINTS, named)):
        yield "\n".join(f"have := {name} {point}" for name in names for point in points) + "\ngrind"


def where_conditions_hold(shape: Shape) -> Iterator[str]:
    """The same for hypotheses with a condition, at the points where grind can show it."""
    if names := universal(shape):
        lines = [
            f"try have := {name} {point} (by grind)"
            for name in names
            for point in CONDITIONED_POINTS
        ]
        yield "\n".join([*lines, "grind"])
