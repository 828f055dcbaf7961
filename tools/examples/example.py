"""A worked example, and when it would give away the answer.

An example that says the same as the task is no example but its solution. Two texts are the same
here if they differ in case, punctuation and spaces only, if they are nearly the same letter by
letter, or if a long one holds the other (a problem with its answer added); two statements, if they
differ in the theorem's name and spaces only. Real neighbours ("9 divides 10^n - 1" beside "8
divides 9^n - 1") fall victim to that too, which costs an example and not an honest measurement. A
problem told in quite other words is not recognised.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from proofloop.core.model import Frozen

SAME = 88.0  # per cent of letters in common
LONG = 40  # characters from which being held by another text means something


class Example(Frozen):
    """``faithful`` says whether ``lean`` states ``informal``, ``reasons`` why not; ``translation``
    is what a back-translator read in ``lean``, where one did; ``source`` names the set or the run
    that it comes from."""

    informal: str
    lean: str
    header: str = ""
    faithful: bool = True
    reasons: str = ""
    translation: str = ""
    source: str = ""


def gives_away(example: Example, informal: str, lean: str = "") -> bool:
    """Whether this example is the task itself, or a duplicate of it."""
    return same_text(example.informal, informal) or (
        bool(lean) and plain_lean(example.lean) == plain_lean(lean)
    )


def same_text(one: str, other: str) -> bool:
    a, b = plain(one), plain(other)
    if a == b or fuzz.ratio(a, b, score_cutoff=SAME):
        return True
    shorter = min(len(a), len(b))
    return shorter >= LONG and bool(fuzz.partial_ratio(a, b, score_cutoff=SAME))


def plain(text: str) -> str:
    """The words and symbols alone."""
    return " ".join(re.findall(r"\w+|[^\w\s.,:;$\\{}]", text.lower()))


def plain_lean(lean: str) -> str:
    return " ".join(re.sub(r"\b(theorem|lemma)\s+\S+", r"\1", lean, count=1).split())
