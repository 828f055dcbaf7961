"""Auto-bound implicits: names that Lean would take for new variables because nothing has them.

They are off in proofloop's headers and in Mathlib: a misspelt name is an error there. A statement
that elaborates only with them is flagged, with the names."""

from __future__ import annotations

from proofloop.tools.lean.hygiene.subject import Subject
from proofloop.tools.lean.hygiene.verdict import Flag, HygieneVerdict, flagged, not_flagged

NAME = "auto_bound"


async def check(subject: Subject) -> HygieneVerdict:
    anatomy = await subject.anatomy.get()
    bound = [binder.name for binder in anatomy.binders if binder.origin == "auto"]
    if not bound:
        return not_flagged(NAME, "ok", "every name is bound or known")
    names = ", ".join(bound)
    reason = f"elaborates only if Lean binds by itself what nothing declares: {names}"
    return flagged(NAME, Flag(kind="auto_bound", reason=reason), evidence={"names": [*bound]})
