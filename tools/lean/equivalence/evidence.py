"""What evaluating two statements at small values says of them.

Lean evaluates both (the probe ``separate``) at small values and at those next to the numerals in
them. No verdict rests on what it answers: a difference is reported once the kernel has accepted it
(``separate``). Where a difference is sure, proofs that it excludes are not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from proofloop.core.errors import ProbeFailed
from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import CheckLimits, LeanBackend, ProbeRequest
from proofloop.tools.lean.equivalence.scripts import Alignment
from proofloop.tools.lean.equivalence.subject import Subject
from proofloop.tools.lean.equivalence.tree import INT, NAT, RAT, Tree
from proofloop.tools.lean.probes import ask

PROBE = "separate"
MOST_POINTS = 4000
BOOL: Tree = ("app", "Bool")
_HEARTBEATS = 20_000
_LARGEST_NUMERAL = 5000


@dataclass(frozen=True)
class Place:
    """Values of the variables, in order, as Lean texts, and their places among those tried; not
    ``sure`` where truth was sampled."""

    values: tuple[str, ...]
    point: tuple[int, ...]
    sure: bool


Places = tuple[Place | None, Place | None]


@dataclass(frozen=True)
class Evidence:
    """``fails``: where the first statement is false, and the second. ``differences``: for each
    pairing of the variables, where the first holds and the second fails, and where it is the other
    way round, in values of the first one's variables."""

    fails: Places = (None, None)
    differences: dict[frozenset[tuple[str, str]], Places] = field(default_factory=dict)

    def difference(self, way: Alignment) -> tuple[Place, bool] | None:
        """The first place where the statements differ, a sure one if there is any, and whether it
        is the first statement that holds there."""
        forward, backward = self._at(way)
        found = [(place, place is forward) for place in (forward, backward) if place is not None]
        return min(found, key=lambda each: (not each[0].sure, each[0].point), default=None)

    def differ(self, way: Alignment) -> bool:
        """Whether they surely do somewhere, so that they are not equivalent point by point."""
        return any(map(_sure, self._at(way)))

    def excludes(self, way: Alignment) -> bool:
        """Whether the first surely does not imply the second point by point."""
        return _sure(self._at(way)[0])

    def false(self, which: int) -> bool:
        """Whether a statement (0 or 1) surely fails somewhere."""
        return _sure(self.fails[which])

    def swapped(self) -> Evidence:
        """Of the statements in the other order, for what it excludes."""
        return Evidence(
            self.fails[::-1],
            {
                frozenset((other, name) for name, other in way): places[::-1]
                for way, places in self.differences.items()
            },
        )

    def _at(self, way: Alignment) -> Places:
        return self.differences.get(frozenset(way.items()), (None, None))


class _Point(Frozen):
    point: tuple[int, ...]
    sure: bool


class _Pairing(Frozen):
    forward: _Point | None
    backward: _Point | None


class _Answer(Frozen):
    fails: tuple[_Point | None, _Point | None]
    pairings: tuple[_Pairing, ...]


async def evaluated(
    lean: LeanBackend,
    header: str,
    a: Subject,
    b: Subject,
    ways: Sequence[Alignment],
    *,
    seconds: float,
) -> Evidence:
    """Empty for statements that are no functions of numbers."""
    numerals = _numerals(f"{a.statement.proposition} {b.statement.proposition}")
    first, second = values_to_try(a, numerals), values_to_try(b, numerals)
    if first is None or second is None:
        return Evidence()
    names = [name for name, _ in a.variables]
    orders = [{other: names.index(name) for name, other in way.items()} for way in ways]
    request = ProbeRequest(
        probe=PROBE,
        header=header,
        arguments={
            "propositions": [a.statement.proposition, b.statement.proposition],
            "values": [
                [[list(value.as_integer_ratio()) for value in values] for values in each]
                for each in (first, second)
            ],
            "pairings": [[order[name] for name, _ in b.variables] for order in orders],
        },
        limits=CheckLimits(wall_seconds=seconds, heartbeats=_HEARTBEATS),
    )
    try:
        answer = await ask(lean, request, _Answer)
    except ProbeFailed:
        return Evidence()

    def place(found: _Point | None, subject: Subject, values: list[list[Fraction]]) -> Place | None:
        if found is None:
            return None
        chosen = zip(subject.variables, values, found.point, strict=True)
        texts = tuple(_text(type_, among[i]) for (_, type_), among, i in chosen)
        return Place(texts, found.point, found.sure)

    return Evidence(
        (place(answer.fails[0], a, first), place(answer.fails[1], b, second)),
        {
            frozenset(way.items()): (
                place(each.forward, a, first),
                place(each.backward, a, first),
            )
            for way, each in zip(ways, answer.pairings, strict=True)
        },
    )


def values_to_try(subject: Subject, numerals: Sequence[int]) -> list[list[Fraction]] | None:
    """Of each variable, so few that there are no more than ``MOST_POINTS`` choices; None where one
    is no number."""
    each = max(2, int(MOST_POINTS ** (1 / max(1, len(subject.variables)))))
    found = [_values(type_, numerals) for _, type_ in subject.variables]
    return None if not all(found) else [values[:each] for values in found]


def _values(type_: Tree, numerals: Sequence[int]) -> list[Fraction]:
    """Small values first, then those at the numerals, then larger ones; each once."""
    if type_ == BOOL:
        return [Fraction(1), Fraction(0)]
    close = [value for number in numerals for value in (number, number - 1, number + 1)]
    line = list(map(Fraction, (*range(6), *close, *range(6, 60))))
    signed = [value for number in line for value in (number, -number)]
    if type_ == NAT:
        return list(dict.fromkeys(line))
    if type_ == INT:
        return list(dict.fromkeys(signed))
    if type_ == RAT or is_field(type_):
        parts = map(Fraction, ("1/2", "-1/2", "3/2", "1/3", "5/2"))
        return list(dict.fromkeys([*signed[:8], *parts, *signed[8:]]))
    return []


def is_field(type_: Tree) -> bool:
    """ℝ, or what stands for it."""
    return type_[0] == "field" or type_ == ("app", "Real")


def _text(type_: Tree, value: Fraction) -> str:
    return ("true" if value else "false") if type_ == BOOL else str(value)


def _numerals(text: str) -> list[int]:
    found = {int(digits) for digits in re.findall(r"(?<![\w.])\d+", text)}
    return sorted(number for number in found if 1 < number <= _LARGEST_NUMERAL)


def _sure(place: Place | None) -> bool:
    return place is not None and place.sure
