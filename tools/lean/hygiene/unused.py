"""Variables that occur nowhere, and hypotheses about nothing that the claim is about.

A hypothesis counts as used when a chain of hypotheses that share variables joins it to the claim.
Types and instances join nothing: all of a statement shares them."""

from __future__ import annotations

from proofloop.tools.lean.hygiene.subject import Anatomy, Binder, Subject
from proofloop.tools.lean.hygiene.verdict import Flag, HygieneVerdict, flagged, not_flagged

NAME = "unused"


async def check(subject: Subject) -> HygieneVerdict:
    anatomy = await subject.anatomy.get()
    flags = []
    for index, binder in enumerate(anatomy.binders):
        if binder.origin != "signature":
            continue
        reason = fault(anatomy, index, binder)
        if reason:
            spans = (subject.span(binder.span),) if binder.span else ()
            flags.append(Flag(kind=f"unused_{binder.role}", reason=reason, spans=spans))
    if flags:
        return flagged(NAME, *flags)
    return not_flagged(NAME, "ok", "every variable and hypothesis bears on the claim")


def fault(anatomy: Anatomy, index: int, binder: Binder) -> str:
    """Why this binder seems useless; "" if it does not."""
    if binder.role in ("variable", "type"):
        elsewhere = [each for each in anatomy.binders if index in each.uses]
        if index not in anatomy.claim_uses and not elsewhere:
            return f"{binder.name} occurs nowhere"
    if binder.role == "hypothesis" and index not in joined(anatomy):
        name = "a hypothesis" if binder.anonymous else binder.name
        if not any(anatomy.binders[each].role == "variable" for each in binder.uses):
            return f"{name} : {one_line(binder.type)} is about no variable"
        return f"{name} : {one_line(binder.type)} shares no variable with the claim"
    return ""


def joined(anatomy: Anatomy) -> frozenset[int]:
    """The variables and hypotheses that a chain of shared variables joins to the claim."""
    found = {index for index in anatomy.claim_uses if _joins(anatomy.binders[index])}
    while True:
        more = set()
        for index, binder in enumerate(anatomy.binders):
            if not _joins(binder):
                continue
            uses = {each for each in binder.uses if _joins(anatomy.binders[each])}
            if index in found:
                more |= uses - found  # the variables of what is joined, and its type's
            elif binder.role == "hypothesis" and uses & found:
                more |= {index, *uses} - found
        if not more:
            return frozenset(found)
        found |= more


def _joins(binder: Binder) -> bool:
    return binder.role in ("variable", "hypothesis")


def one_line(text: str, longest: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
