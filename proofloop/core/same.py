"""Which answers are the same: the seam between selectors that count votes and ways to compare.

Mathematical answers are compared by value (``tools.answers.same``), programs by what they return
(``tools.code.same``), Lean statements by proved equivalence (``tools.lean.equivalence.same``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import Field

from proofloop.core.model import Frozen


class Same(Protocol):
    async def classes(self, answers: Sequence[str]) -> list[list[int]]:
        """Positions of ``answers`` in classes of the same answer, each position in exactly one;
        classes in the order of their first members, members in order. What cannot be told to be
        the same stays apart."""
        ...


class Identical:
    """The same text, but for white space around it."""

    async def classes(self, answers: Sequence[str]) -> list[list[int]]:
        return grouped([answer.strip() for answer in answers])


IDENTICAL = Identical()


def grouped(keys: Sequence[str]) -> list[list[int]]:
    """Positions of equal keys, in order of first appearance."""
    places: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return list(places.values())


class AnswerSettings(Frozen):
    """What methods that count votes take for an answer, and which answers are the same."""

    same: Literal["auto", "math", "text", "code", "lean"] = Field(
        default="auto", description="auto is code where calls are given, else math"
    )
    calls: tuple[str, ...] = Field(
        default=(), description="calls, as f(2, [3]), on which programs are compared"
    )
