"""Auto-bound implicits: names that Lean would take for new variables because nothing has them.

They are off in proofloop's headers and in Mathlib: a misspelt name is an error there. A statement
that elaborates only with them is flagged, with the names. A letter with digits is what people mean
by a variable, and Lean takes it for one even with ``relaxedAutoImplicit`` off; any longer name, and
a letter of a font that stands for something known (ℕ, ℝ), is misspelt or lacks an import.
"""

from __future__ import annotations

import unicodedata

from pydantic import JsonValue

from proofloop.tools.lean.hygiene.subject import Subject
from proofloop.tools.lean.hygiene.verdict import Flag, HygieneVerdict, flagged, not_flagged

NAME = "auto_bound"


async def check(subject: Subject) -> HygieneVerdict:
    """``evidence`` has all the ``names``, and those that are ``unknown``, no variables."""
    anatomy = await subject.anatomy.get()
    bound = [binder.name for binder in anatomy.binders if binder.origin == "auto"]
    if not bound:
        return not_flagged(NAME, "ok", "every name is bound or known")
    unknown = [name for name in bound if not is_variable(name)]
    kind, names = ("unknown_name", unknown) if unknown else ("auto_bound", bound)
    reason = f"elaborates only if Lean binds by itself what nothing declares: {', '.join(names)}"
    evidence: dict[str, JsonValue] = {"names": [*bound], "unknown": [*unknown]}
    return flagged(NAME, Flag(kind=kind, reason=reason), evidence=evidence)


def is_variable(name: str) -> bool:
    """Whether a name that nothing declares is one letter of an ordinary alphabet, with digits."""
    letter, rest = name[0], name[1:]
    plain = letter.isalpha() and unicodedata.normalize("NFKC", letter) == letter
    return plain and all(each.isdigit() or each in "_'" or is_subscript(each) for each in rest)


def is_subscript(letter: str) -> bool:
    return "SUBSCRIPT" in unicodedata.name(letter, "")
