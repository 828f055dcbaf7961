"""Whether an informal text and a Lean statement say the same.

Both are read into the logical form and compared in normal form. Where the normal forms differ,
values decide: numbers at which one holds and the other does not show that they differ in meaning.
Two forms that no values tell apart may be two ways to say one thing, and the judge abstains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, permutations, product
from typing import Any

from proofloop.agents.llm.offline.discourse import read_text
from proofloop.agents.llm.offline.elaborate import elaborate
from proofloop.agents.llm.offline.evaluate import Undefined, holds, value_of
from proofloop.agents.llm.offline.forms import (
    And,
    Arrow,
    Binder,
    Formula,
    Least,
    Not,
    Rel,
    Sort,
    Statement,
    Var,
    conjuncts,
    substitute,
)
from proofloop.agents.llm.offline.lean_reader import read_lean
from proofloop.agents.llm.offline.normal import Normal, normal_formula, normalise
from proofloop.agents.llm.offline.refusal import Refusal

MATCHINGS = 720  # at most so many ways to pair the variables of two statements are tried
POINTS = 3_000


@dataclass(frozen=True, slots=True)
class Opinion:
    """``consistent`` is None when the judge abstains."""

    consistent: bool | None
    reasons: str


def judge(informal: str, lean: str) -> Opinion:
    try:
        statement = read_lean(lean)
    except Refusal as refusal:
        return Opinion(None, f"Lean statement: {refusal.describe(lean)}")
    try:
        readings = read_statements(informal)
    except Refusal as refusal:
        return Opinion(None, f"informal text: {refusal.describe(informal)}")
    return _kindest([compare(reading, statement) for reading in readings])


def judge_texts(first: str, second: str) -> Opinion:
    """Whether two informal texts have readings that say the same."""
    readings = []
    for name, text in (("first", first), ("second", second)):
        try:
            readings.append(read_statements(text))
        except Refusal as refusal:
            return Opinion(None, f"{name} text: {refusal.describe(text)}")
    return _kindest([compare(one, other) for one, other in product(*readings)])


def _kindest(opinions: Sequence[Opinion]) -> Opinion:
    """A text that can be read in several ways says what one of them says."""
    for wanted in (True, None):
        for opinion in opinions:
            if opinion.consistent is wanted:
                return opinion
    return opinions[0]


def read_statements(informal: str) -> list[Statement]:
    """The different statements that a text may make. Raises Refusal when there is none."""
    statements: list[Statement] = []
    refusal: Refusal | None = None
    for draft in read_text(informal):
        try:
            statement = elaborate(draft)
        except Refusal as error:
            refusal = error
            continue
        if statement not in statements:
            statements.append(statement)
    if not statements:
        assert refusal is not None
        raise refusal.located(informal)
    return statements


def compare(one: Statement, other: Statement) -> Opinion:
    """``one`` is what the text says, ``other`` what Lean says."""
    left, right = normalise(one), normalise(other)
    for matching in _matchings(left.binders, right.binders):
        form = _renamed(right, matching)
        if form == (left.hypotheses, left.goal):
            return Opinion(True, "the text and the statement have the same logical form")
        if (left.hypotheses, left.goal) in _contrapositives(*form):
            return Opinion(True, "the statement is the text's contrapositive")
    if sorted(repr(b.sort) for b in left.binders) != sorted(repr(b.sort) for b in right.binders):
        text, lean = (_listed(normal.binders) for normal in (left, right))
        other_number = len(left.binders) != len(right.binders)
        differs = other_number and not _defines(left) and not _defines(right)
        reasons = f"the text speaks of {text}, the statement of {lean}"
        return Opinion(False if differs else None, reasons)
    return _by_values(left, right)


def _contrapositives(
    hypotheses: frozenset[Formula], goal: Formula
) -> Iterator[tuple[frozenset[Formula], Formula]]:
    """A hypothesis and the goal negated and exchanged, which says the same."""
    for hypothesis in hypotheses:
        others = hypotheses - {hypothesis}
        yield others | {normal_formula(Not(goal))}, normal_formula(Not(hypothesis))


def _defines(normal: Normal) -> bool:
    """Whether a variable may only stand for something else: a function, or an equation."""
    functions = any(isinstance(binder.sort, Arrow) for binder in normal.binders)
    return functions or any(isinstance(h, Rel) and h.op == "=" for h in normal.hypotheses)


def _listed(binders: Sequence[Binder]) -> str:
    if not binders:
        return "no variables"
    texts = []
    for binder in binders:
        sort = binder.sort
        kind = " → ".join([*sort.arguments, sort.result]) if isinstance(sort, Arrow) else sort
        texts.append(f"{binder.name} : {kind}")
    return ", ".join(texts)


def _matchings(left: Sequence[Binder], right: Sequence[Binder]) -> Iterator[dict[str, Binder]]:
    """Pairings of the variables of ``right`` with those of ``left`` of the same sort, equal names
    first."""
    if len(left) != len(right):
        return
    names = {binder.name: binder for binder in left}
    if all(names.get(binder.name) == binder for binder in right):
        yield {binder.name: binder for binder in right}
    for order in islice(permutations(left), MATCHINGS):
        if all(a.sort == b.sort for a, b in zip(order, right, strict=True)):
            yield {b.name: a for a, b in zip(order, right, strict=True)}


def _renamed(normal: Normal, names: dict[str, Binder]) -> tuple[frozenset[Formula], Formula]:
    new: dict[str, Any] = {
        old: Var(binder.name, binder.sort if isinstance(binder.sort, Sort) else None)
        for old, binder in names.items()
    }

    def changed(formula: Formula) -> Formula:
        return normal_formula(substitute(formula, new))

    return frozenset(changed(h) for h in normal.hypotheses), changed(normal.goal)


def _by_values(left: Normal, right: Normal) -> Opinion:
    """Looks for numbers at which one statement holds and the other does not, over all pairings of
    the variables: only when each pairing is told apart do the statements differ."""
    told_apart: str | None = None
    for matching in islice(_matchings(left.binders, right.binders), 24):
        hypotheses, goal = _renamed(right, matching)
        found = _difference(left, hypotheses, goal)
        turned = _contrapositives(hypotheses, goal)
        if found is None or any(_difference(left, *form) is None for form in turned):
            return Opinion(
                None, "the two forms differ, but no values were found that tell them apart"
            )
        told_apart = told_apart or found
    return Opinion(False, told_apart or "the variables do not correspond")


def _difference(left: Normal, hypotheses: frozenset[Formula], goal: Formula) -> str | None:
    """Values that tell the statements apart, in words; None when none were found."""
    if any(isinstance(binder.sort, Arrow) for binder in left.binders):
        return None
    for values in _points(left.binders):
        try:
            one = holds(And(tuple(left.hypotheses)), values)
            other = holds(And(tuple(hypotheses)), values)
            place = ", ".join(f"{name} = {value}" for name, value in values.items())
            if one != other:
                return f"the hypotheses differ: at {place} only {_side(one)} holds"
            if one and (separation := _goals_differ(left.goal, goal, values)):
                return f"the goals differ{' at ' + place if place else ''}: {separation}"
        except Undefined:
            continue
    return None


def _side(text: bool) -> str:
    return "what the text supposes" if text else "what the statement supposes"


def _goals_differ(one: Formula, other: Formula, values: dict[str, Fraction]) -> str | None:
    if isinstance(one, Least) and isinstance(other, Least):
        return _extremes_differ(one, other, values)
    if holds(one, values) != holds(other, values):
        return f"only the goal of {'the text' if holds(one, values) else 'the statement'} is true"
    parts, others = list(conjuncts(one)), list(conjuncts(other))
    if all(isinstance(part, Rel) for part in (*parts, *others)):
        left, right = _sides(parts, values), _sides(others, values)
        if left != right:
            return "they relate different numbers"
    return None


def _extremes_differ(one: Least, other: Least, values: dict[str, Fraction]) -> str | None:
    if (one.kind, one.index.sort) != (other.kind, other.index.sort):
        return f"one is about the {one.kind}, the other about the {other.kind} of its numbers"
    if value_of(one.value, values) != value_of(other.value, values):
        return "they name different numbers"
    for value in _values(one.index.sort, 60):
        point = {**values, one.index.name: value}
        if holds(one.condition, point) != holds(other.condition, point):
            return f"{value} satisfies the conditions of one only"
    return None


def _sides(parts: Sequence[Formula], values: dict[str, Fraction]) -> list[tuple[Any, ...]]:
    found = []
    for part in parts:
        assert isinstance(part, Rel)
        sides = value_of(part.left, values), value_of(part.right, values)
        found.append((part.op, *(sorted(sides) if part.op in "=≠" else sides)))
    return sorted(found)


def _points(binders: Sequence[Binder]) -> Iterator[dict[str, Fraction]]:
    """Small values of all the variables, the smallest first."""
    size = next(s for s in (60, 12, 7, 5, 4, 3, 2, 1) if s ** len(binders) <= POINTS or s == 1)
    ranges = [_values(binder.sort, size) for binder in binders]
    for values in islice(product(*ranges), POINTS):
        yield {b.name: value for b, value in zip(binders, values, strict=True)}


def _values(sort: Sort | Arrow, size: int) -> list[Fraction]:
    if sort is Sort.NAT:
        return [Fraction(k) for k in range(size)]
    around = [Fraction(k // 2 + 1) if k % 2 == 0 else Fraction(-(k // 2) - 1) for k in range(size)]
    if sort is Sort.RAT:
        around = [value / 2 if k % 3 == 2 else value for k, value in enumerate(around)]
    return [Fraction(0), *around][:size]
