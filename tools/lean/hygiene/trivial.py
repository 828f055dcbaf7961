"""Statements that one tactic without arguments closes.

Where there are variables, that often means that the claim repeats a hypothesis or says nothing;
where there are none, the statement is a computation that Lean can do, which may be all it is meant
to be."""

from __future__ import annotations

from proofloop.tools.lean.hygiene.subject import Subject
from proofloop.tools.lean.hygiene.verdict import Flag, HygieneVerdict, flagged, not_flagged
from proofloop.tools.lean.tactics import Tactic

NAME = "trivial"
TACTICS = tuple(
    Tactic(name, f"first | ({name}; done) | (intros; {name}; done)")
    for name in ("trivial", "rfl", "simp", "decide")
)


async def check(subject: Subject) -> HygieneVerdict:
    await subject.closure()  # where only auto-bound implicits help, the text is no statement
    result = await subject.prove(subject.statement, TACTICS)
    if result.proof is not None:
        anatomy = await subject.anatomy.get()
        closed = not any(binder.role == "variable" for binder in anatomy.binders)
        words = "a computation" if closed else "trivially true"
        flag = Flag(
            kind="computation" if closed else "trivial",
            reason=f"{words}: `{result.tactic}` proves it at once",
        )
        return flagged(NAME, flag, evidence={"tactic": result.tactic, "proof": result.proof})
    stopped = [each for each in result.tried if each.outcome != "failed"]
    if stopped:
        return not_flagged(NAME, "unknown", f"`{stopped[0].tactic}` was {stopped[0].outcome}")
    return not_flagged(NAME, "ok", f"none of {', '.join(each.name for each in TACTICS)} proves it")
