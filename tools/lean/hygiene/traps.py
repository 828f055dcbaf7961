"""Total functions where mathematics has partial ones: what a formula may say unintended.

Lean's `5 - 7` in ℕ is 0, `7 / 2` is 3, `x / 0` is 0. The probe has already left out what core
Lean's automation shows harmless from the hypotheses in force at the place."""

from __future__ import annotations

from collections.abc import Iterator

from proofloop.tools.lean.hygiene.subject import Anatomy, Subject, Trap
from proofloop.tools.lean.hygiene.unused import one_line
from proofloop.tools.lean.hygiene.verdict import Flag, HygieneVerdict, flagged, not_flagged

NAME = "traps"

WORDS = {
    "subtraction_truncates": "{shown} is 0 where {0} < {1}: natural numbers",
    "division_rounds": "{shown} is rounded down: whole numbers, and {1} need not divide {0}",
    "division_by_zero": "{shown} is 0 where {1} = 0",
    "modulus_zero": "{shown} is {0} where {1} = 0",
    "inverse_of_zero": "{shown} is 0 where {0} = 0",
    "predecessor_of_zero": "{shown} is 0 where {0} = 0",
    "negative_to_nat": "{shown} is 0 where {0} < 0",
    "numeral_wraps": "the numeral {shown} is too large for its type and wraps around",
    "logarithm_default": "{shown} is 0 outside the logarithm's domain",
    "root_rounds": "{shown} is rounded down: natural numbers",
    "root_of_negative": "{shown} is 0 where {0} < 0",
    "default_value": "{shown} is a default value where the index is out of range",
    "interval_empty": "{shown} is empty: {1} < {0}",
    "exists_implies": "{shown} holds as soon as some value fails the premise: ∧ may be meant",
}


async def check(subject: Subject) -> HygieneVerdict:
    anatomy = await subject.anatomy.get()
    flags = [*shadowed(subject, anatomy)]
    for trap in merged(anatomy.traps):
        spans = tuple(subject.span(offsets) for offsets in trap.spans)
        flags.append(Flag(kind=trap.kind, reason=reason(trap), spans=spans))
    if flags:
        return flagged(NAME, *flags)
    return not_flagged(NAME, "ok", "no total function is met outside its domain")


def merged(traps: tuple[Trap, ...]) -> list[Trap]:
    """The same piece met twice is one trap; Lean's places for it are those of all its copies."""
    return list({(trap.kind, trap.shown): trap for trap in traps}.values())


def reason(trap: Trap) -> str:
    shown = one_line(trap.shown)
    operands = [one_line(operand, 30) for operand in trap.operands]
    words = WORDS[trap.kind].format(*operands, shown=shown)
    if trap.exponent:
        words += ", in an exponent"
    elif trap.cast_to:
        words += f", and the cast to {trap.cast_to} comes after"
    elif trap.closed and trap.kind in ("subtraction_truncates", "division_rounds"):
        words += "; nothing in it says of which type the numerals are"
    return words


def shadowed(subject: Subject, anatomy: Anatomy) -> Iterator[Flag]:
    """Names of the signature that a later binder of it takes over."""
    for index, binder in enumerate(anatomy.binders):
        earlier = [each for each in anatomy.binders[:index] if each.name == binder.name]
        if binder.anonymous or not earlier or binder.origin != "signature":
            continue
        spans = (subject.span(binder.span),) if binder.span else ()
        if {binder.role, earlier[-1].role} == {"hypothesis"}:
            words = f"two hypotheses are called {binder.name}: no proof can name the first"
        else:
            words = f"{binder.name} is bound a second time: what stands before is about another one"
        yield Flag(kind="shadowed", reason=words, spans=spans)
