"""What a Lean text lets stand for the real numbers, so that a verdict can say it.

Core Lean has no ℝ. A header that declares it as a variable states its theorems of every type with
the structure asked for: what is proved so holds over the reals too, when they have that structure,
but it is a theorem about an arbitrary one, and the report has to say which.
"""

from __future__ import annotations

import re

from proofloop.tools.lean.text import blank_comments

_VARIABLE = re.compile(r"\bvariable\s((?:\s*[({\[⦃][^)}\]⦄]*[)}\]⦄])+)")
_REALS = re.compile(r"[({⦃]\s*ℝ\s*:")
_MENTIONED = re.compile(r"(?<!\w)ℝ(?!\w)")
_ORDERED_FIELD = ("Lean.Grind.Field ℝ", "Std.IsLinearOrder ℝ", "Lean.Grind.OrderedRing ℝ")

ORDERED_FIELD = "ℝ is an arbitrary linearly ordered field here, not the real numbers themselves"
VARIABLE = "ℝ is a variable of this text, not the real numbers"


def stand_ins(header: str, source: str) -> tuple[str, ...]:
    """Notes on the report of ``source`` read after ``header``: none unless the source speaks of
    an ℝ that one of the two declares as a variable."""
    whole = blank_comments(f"{header}\n{source}")
    binders = [match[1] for match in _VARIABLE.finditer(whole) if _REALS.search(match[1])]
    used = _MENTIONED.search(_VARIABLE.sub(" ", blank_comments(source)))
    if not binders or not used:
        return ()
    declared = " ".join(" ".join(binders).split())
    ordered = all(each in declared for each in _ORDERED_FIELD)
    return (ORDERED_FIELD if ordered else VARIABLE,)
