"""Statements that one tactic without arguments closes.

Where there are variables, that often means that the claim repeats a hypothesis or says nothing;
where there are none, the statement is a computation that Lean can do, which may be all it is meant
to be."""

from __future__ import annotations

from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.hygiene.subject import Subject
from proofloop.tools.lean.hygiene.verdict import Flag, HygieneVerdict, flagged, not_flagged
from proofloop.tools.lean.portfolio import proof_text

NAME = "trivial"
TACTICS = ("trivial", "rfl", "simp", "decide")


async def check(subject: Subject) -> HygieneVerdict:
    await subject.closure()  # where only auto-bound implicits help, the text is no statement
    undecided = ""
    for tactic in TACTICS:
        proof = proof_text(subject.statement, f"first | {tactic} | (intros; {tactic})")
        report = await subject.lean.check(
            CheckRequest(
                source=proof,
                statement=subject.statement,
                header=subject.header,
                limits=CheckLimits(
                    wall_seconds=subject.limits.prove_seconds, heartbeats=subject.limits.heartbeats
                ),
            )
        )
        if report.accepted:
            anatomy = await subject.anatomy.get()
            closed = not any(binder.role == "variable" for binder in anatomy.binders)
            words = "a computation" if closed else "trivially true"
            flag = Flag(
                kind="computation" if closed else "trivial",
                reason=f"{words}: `{tactic}` proves it at once",
            )
            return flagged(NAME, flag, evidence={"tactic": tactic, "proof": proof})
        if report.status != "done":
            undecided = f"`{tactic}` was {report.status}"
    if undecided:
        return not_flagged(NAME, "unknown", undecided)
    return not_flagged(NAME, "ok", f"none of {', '.join(TACTICS)} proves it")
