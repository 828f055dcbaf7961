"""Inequalities from squares and products of inequalities, found here and closed by grind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from proofloop.tools.lean.recipes.polynomial import (
    NotPolynomial,
    Polynomial,
    add,
    read_difference,
    read_polynomial,
    show_linear,
    squares,
    substitute,
)
from proofloop.tools.lean.shape import Shape, split_top

FIELDS = ("ℝ", "ℚ", "ℤ")
MOST_HYPOTHESES = 5
_ORDER = re.compile(r"[≤<≥>]")
_COMPOUND = re.compile(r"[∀∃→∨|]")


def conjuncts(hypotheses: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Tactic lines that take conjunctions apart, and the hypotheses that are there after them."""
    lines: list[str] = []
    parts: dict[str, str] = {}
    for name, claim in hypotheses.items():
        pieces = [] if _COMPOUND.search(claim) else split_top(claim, "∧")
        if len(pieces) < 2:
            parts[name] = claim
            continue
        names = [f"{name}_{number}" for number in range(1, len(pieces) + 1)]
        lines.append(f"obtain ⟨{', '.join(names)}⟩ := {name}")
        parts |= dict(zip(names, pieces, strict=True))
    return lines, parts


def sum_of_squares(shape: Shape) -> Iterator[str]:
    """The claim, or its difference from a hypothesis, as a sum of squares; then plain squares."""
    numbers = shape.of_kind(*FIELDS)
    if not numbers or not _ORDER.search(shape.claim):
        return
    lines, parts = conjuncts(shape.hypotheses)
    kind = shape.variables[numbers[0]]
    for forms in _decompositions(shape.claim, parts, numbers):
        facts = [f"have := sq_nonneg ({form} : {kind})" for form in forms]
        yield "\n".join([*lines, *facts, "grind"])
    if len(numbers) <= 3:
        products = [f"{x} * {y}" for i, x in enumerate(numbers) for y in numbers[i + 1 :]]
        shifted = [f"{x} {sign} 1" for x in numbers for sign in "-+"]
        mixed = [
            f"{x} {sign} {y}"
            for i, x in enumerate(numbers)
            for y in numbers[i + 1 :]
            for sign in "-+"
        ]
        quartic = [
            term
            for i, x in enumerate(numbers)
            for y in numbers[i + 1 :]
            for term in (
                f"{x} - {y}",
                f"{x} ^ 2 - {y} ^ 2",
                f"{x} * ({x} - {y})",
                f"{y} * ({x} - {y})",
            )
        ]
        choices = [[*numbers, *products], [*numbers, *shifted, *mixed]]
        if "^ 4" in shape.claim and quartic:
            choices.append(quartic)
        for terms in choices:
            facts = [f"have := sq_nonneg ({term})" for term in terms]
            yield "\n".join([*lines, *facts, "grind"])


def _decompositions(
    claim: str, parts: dict[str, str], numbers: tuple[str, ...]
) -> Iterator[list[str]]:
    values = _definitions(parts, numbers)

    def difference(text: str) -> Polynomial:
        polynomial = read_difference(text)
        for name, value in values.items():
            polynomial = substitute(polynomial, name, value)
        return polynomial

    with suppress(NotPolynomial):
        goal = difference(claim)
        candidates = [goal]
        for text in parts.values():
            with suppress(NotPolynomial):
                candidates.append(add(goal, difference(text), -1))
        for candidate in candidates:
            if forms := squares(candidate):
                yield [show_linear(form) for form in forms]


def _definitions(parts: dict[str, str], numbers: tuple[str, ...]) -> dict[str, Polynomial]:
    """Variables that a hypothesis gives as a polynomial of the others."""
    found: dict[str, Polynomial] = {}
    for text in parts.values():
        left, equals, right = text.partition(" = ")
        if equals and left in numbers:
            with suppress(NotPolynomial):
                value = read_polynomial(right)
                for name, known in found.items():
                    value = substitute(value, name, known)
                if not any(left in monomial for monomial in value):
                    found[left] = value
    return found


def products(shape: Shape) -> Iterator[str]:
    """For each goal: its negation and the hypotheses, multiplied in pairs."""
    if (
        not shape.of_kind(*FIELDS)
        or shape.naturals
        or "∀" in shape.claim
        or not _ORDER.search(shape.claim)
    ):
        return
    lines, parts = conjuncts(shape.hypotheses)
    known = [
        (name, claim)
        for name, claim in parts.items()
        if _ORDER.search(claim) and not _COMPOUND.search(claim)
    ]
    goals = split_top(shape.claim, "∧")
    blocks = [_by_contradiction(goal, known[:MOST_HYPOTHESES]) for goal in goals]
    if len(blocks) == 1:
        yield "\n".join([*lines, *blocks[0]])
    else:
        bullets = ["· " + "\n  ".join(block) for block in blocks]
        yield "\n".join([*lines, f"refine ⟨{', '.join('?_' for _ in goals)}⟩", *bullets])


def _by_contradiction(goal: str, known: list[tuple[str, str]]) -> list[str]:
    strict = "<" in goal or ">" in goal
    opening = "Std.not_le" if strict else "Std.not_lt"
    facts = [*known, ("hn", "a ≤ b" if strict else "a < b")]
    steps = [f"refine {opening}.mp fun hn => ?_"]
    for index, first in enumerate(facts):
        steps += [f"have := {_product(first, second)}" for second in facts[index:]]
    return [*steps, "grind"]


def _product(first: tuple[str, str], second: tuple[str, str]) -> str:
    strict = ["<" in claim or ">" in claim for _, claim in (first, second)]
    terms = [
        f"(sub_pos.mpr {name})" if is_strict else f"(sub_nonneg.mpr {name})"
        for (name, _), is_strict in zip((first, second), strict, strict=True)
    ]
    if all(strict):
        return f"mul_pos {terms[0]} {terms[1]}"
    weak = [
        f"(Std.le_of_lt {term})" if is_strict else term
        for term, is_strict in zip(terms, strict, strict=True)
    ]
    return f"mul_nonneg {weak[0]} {weak[1]}"
