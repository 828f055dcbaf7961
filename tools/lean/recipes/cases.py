"""One variable with its values spelt out: what is left is often linear, and omega's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from proofloop.tools.lean.recipes.bounded import BOXES, bounds, box
from proofloop.tools.lean.recipes.squares import conjuncts
from proofloop.tools.lean.shape import Shape

MOST_CASES = 128
_PRODUCT = re.compile(r"[^\W\d]\)? \* \(?[^\W\d]")
CLOSE = "first | omega | (simp at * <;> omega) | grind"


def stated(shape: Shape) -> Iterator[str]:
    """A variable between two numbers that the hypotheses name."""
    if shape.mentions("∑", "∏", "∀", "∃", "Finset", "!"):
        return  # nothing for omega, a hundred times
    lines, parts = conjuncts(shape.hypotheses)
    for name in shape.of_kind("ℕ", "ℤ"):
        low, high = bounds(name, parts.values(), 0 if shape.variables[name] == "ℕ" else None)
        if low is None or high is None or not 0 <= high - low < MOST_CASES:
            continue
        yield "\n".join([*lines, *_split(shape, name, low, high, "(by omega)", "(by omega)")])


def in_box(shape: Shape) -> Iterator[str]:
    """A variable of an equation, in the first of the boxes that products of what is assumed show
    it to be in."""
    numbers, hypotheses = shape.of_kind("ℕ", "ℤ"), shape.hypotheses
    equations = [claim for claim in hypotheses.values() if "=" in claim]
    if len(numbers) < 2 or not any(_PRODUCT.search(claim) for claim in equations):
        return
    if any(re.search("[∀∃%∣≡]", claim) for claim in hypotheses.values()):
        return
    for low, high in BOXES:
        for name in numbers:
            if low < 0 and shape.variables[name] == "ℕ":
                continue
            shown = box(shape, name, list(numbers), hypotheses, low, high)
            sides = (f"(Finset.mem_Icc.mp box_{name}).1", f"Finset.mem_Icc.mp box_{name}")
            above = f"(by have := {sides[1]}; omega)"
            yield "\n".join([*shown, *_split(shape, name, low, high, sides[0], above)])


def _split(shape: Shape, name: str, low: int, high: int, below: str, above: str) -> list[str]:
    kind = "Nat" if shape.variables[name] == "ℕ" else "Int"
    count = high - low + 1
    return [
        f"have cases := {kind}.oneOf_of_bounds (x := {name}) ({low}) {count} {below} {above}",
        f"simp only [{kind}.oneOf, {kind}.reduceAdd, or_false] at cases",
        f"rcases cases with {' | '.join(['rfl'] * count)} <;> {CLOSE}",
    ]
