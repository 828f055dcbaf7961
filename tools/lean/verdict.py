"""From what the embedded Lean answers to a verdict: a pure function.

``accepted`` rests on the trusted worker's part of the answer (``kernel``, ``statement``): it never
ran the candidate's text. The rest (messages, declarations) comes from the worker that did, and can
only take an acceptance away.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from proofloop.tools.lean.report import (
    STANDARD_AXIOMS,
    Diagnostic,
    LeanReport,
    LeanVersion,
    Place,
    Theorem,
    Tier,
)

SORRY = "sorryAx"
REASON_LENGTH = 300
# What `native_decide` leaves in a term: the compiler's word for a computation, in each version of
# Lean by another name. None of them can be re-checked by a kernel.
COMPILER_AXIOMS = ("ofReduceBool", "ofReduceNat", "trustCompiler", "native_decide", "_nativeDecide")

_STOPPED = {
    "timeout": "stopped at the time limit",
    "memory": "stopped at the memory limit",
    "crashed": "the check crashed its Lean process",
    "cancelled": "cancelled",
}


class Judgement(NamedTuple):
    """The highest tier reached; the tier that failed, why and where. No reason: accepted."""

    tier: Tier
    failed: Tier | None = None
    reason: str = ""
    place: Place | None = None


def report_from_answer(
    answer: dict[str, Any],
    lean: LeanVersion,
    *,
    statement: bool,
    allow_sorry: bool = False,
    allowed_axioms: Collection[str] = STANDARD_AXIOMS,
    notes: tuple[str, ...] = (),
) -> LeanReport:
    """The report of one answer of the supervisor. ``statement``: whether one was asked for."""
    theorems = tuple(
        Theorem(
            name=item["name"],
            axioms=tuple(item["axioms"]),
            sorry=item["sorry"],
            library=item.get("library", False),
        )
        for item in (answer.get("kernel") or {}).get("theorems") or ()
    )
    judgement = judge(
        answer,
        theorems,
        statement=statement,
        allow_sorry=allow_sorry,
        allowed=frozenset(allowed_axioms),
    )
    status = answer["status"]
    return LeanReport(
        accepted=not judgement.reason,
        tier=judgement.tier,
        reason=one_line(judgement.reason),
        failed_tier=judgement.failed,
        place=judgement.place,
        notes=notes,
        messages=tuple(diagnostic(item) for item in messages_of(answer)),
        theorems=theorems,
        lean=lean,
        status=status if status in _STOPPED else "done",
        seconds=answer.get("wall_ms", 0) / 1000,
        lean_seconds=(answer.get("elab_ms", 0) + answer.get("kernel_ms", 0)) / 1000,
        heartbeats=answer.get("heartbeats", 0),
    )


def judge(
    answer: dict[str, Any],
    theorems: tuple[Theorem, ...],
    *,
    statement: bool,
    allow_sorry: bool,
    allowed: frozenset[str],
) -> Judgement:
    """With ``allow_sorry`` a text that rests on sorry may be accepted at the tier ELABORATES: all
    else is still required of it."""
    if answer["status"] != "done":
        return stopped(answer)
    if (refused := refused_text(answer)) is not None:
        return refused

    # A proof of what was asked needs the theorem; any other text needs something to check.
    kernel = answer.get("kernel") or {"ok": False, "error": "not re-checked"}
    unchecked = answer.get("examples") or 0
    if not kernel.get("declarations") and not answer.get("declarations") and not unchecked:
        failed = Tier.STATEMENT if statement else Tier.KERNEL
        return Judgement(Tier.ELABORATES, failed, "no declaration to accept")
    reached = None
    if (sorry := sorry_found(answer, theorems)) is not None:
        if not allow_sorry:
            return sorry
        reached = Tier.ELABORATES

    def fail(tier: Tier, failed: Tier, reason: str, place: Place | None = None) -> Judgement:
        return Judgement(tier if reached is None else reached, failed, reason, place)

    if (axiom := axiom_found(answer, theorems, allowed)) is not None:
        return fail(Tier.COMPLETE, Tier.AXIOMS, *axiom)
    if not kernel.get("ok"):
        # What the kernel has not re-checked has no known axioms either.
        return fail(Tier.COMPLETE, *kernel_refusal(answer, kernel))
    if not kernel.get("declarations") and not unchecked:
        return fail(Tier.COMPLETE, Tier.KERNEL, "no declaration reached the kernel")
    if statement and (mismatch := statement_reason(answer.get("statement"), theorems)):
        asked = (answer.get("statement") or {}).get("name") or ""
        return fail(Tier.AXIOMS, Tier.STATEMENT, mismatch, place_of(answer, asked))
    if unchecked:
        text = "an example" if unchecked == 1 else f"{unchecked} examples"
        reason = f"{text} could not be re-checked by the kernel: give it a name with 'theorem'"
        return fail(Tier.STATEMENT, Tier.KERNEL, reason)
    return Judgement(Tier.KERNEL if reached is None else reached)


def stopped(answer: dict[str, Any]) -> Judgement:
    """A check that did not end by itself: the tier it was at is the one that failed."""
    status, detail = answer["status"], answer.get("detail") or ""
    if status == "bad_import":
        return Judgement(Tier.NONE, Tier.PARSES, f"unknown module {detail}")
    reason = f"{_STOPPED[status]}: {detail}" if detail else _STOPPED[status]
    return Judgement(Tier.NONE, Tier.KERNEL if answer.get("elab_ms") else Tier.ELABORATES, reason)


def refused_text(answer: dict[str, Any]) -> Judgement | None:
    """The first error of Lean's own, if there is one."""
    errors = [item for item in answer.get("messages") or () if item["severity"] == "error"]
    place = message_place(errors[0]) if errors else None
    if answer.get("parse_errors"):
        reason = located(errors[0]) if errors else "syntax error"
        return Judgement(Tier.NONE, Tier.PARSES, reason, place)
    if errors:
        return Judgement(Tier.PARSES, Tier.ELABORATES, located(errors[0]), place)
    return None


def sorry_found(answer: dict[str, Any], theorems: tuple[Theorem, ...]) -> Judgement | None:
    """What rests on sorry, as the environment has it, or as Lean's own warning says."""

    def found(reason: str, place: Place | None = None) -> Judgement:
        return Judgement(Tier.ELABORATES, Tier.COMPLETE, reason, place)

    for theorem in theorems:
        if theorem.sorry or SORRY in theorem.axioms:
            return found(f"theorem {theorem.name} rests on sorry", place_of(answer, theorem.name))
    for item in answer.get("messages") or ():
        if item.get("kind") == "hasSorry":
            return found(located(item), message_place(item))
    kernel = answer.get("kernel") or {}
    refused = kernel.get("refused") or {}
    if SORRY in (kernel.get("axioms") or ()) or SORRY in (refused.get("axioms") or ()):
        return found("a definition rests on sorry")
    return None


def axiom_found(
    answer: dict[str, Any], theorems: tuple[Theorem, ...], allowed: frozenset[str]
) -> tuple[str, Place | None] | None:
    """The first axiom outside the allow-list, and the declaration that rests on it."""
    for theorem in theorems:
        for axiom in theorem.axioms:
            if axiom not in allowed and axiom != SORRY:
                return f"theorem {theorem.name} uses axiom {axiom}", place_of(answer, theorem.name)
        if theorem.library and (missing := sorted(STANDARD_AXIOMS - allowed)):
            reason = (
                f"theorem {theorem.name} uses library theorems, which may rest on {missing[0]}:"
                " this Lean has no proofs of them"
            )
            return reason, place_of(answer, theorem.name)
    for item in answer.get("declarations") or ():
        if item["kind"] == "axiom" and item["name"] not in allowed:
            return f"the text declares the axiom {item['name']}", place_of(answer, item["name"])
    kernel = answer.get("kernel") or {}
    if kernel.get("library") and (missing := sorted(STANDARD_AXIOMS - allowed)):
        return f"a definition uses the library, which may rest on {missing[0]}", None
    for axiom in kernel.get("axioms") or ():
        if axiom not in allowed and axiom != SORRY:
            return f"a definition uses axiom {axiom}", None
    return None


def kernel_refusal(
    answer: dict[str, Any], kernel: dict[str, Any]
) -> tuple[Tier, str, Place | None]:
    """What the kernel refuses: for the axioms that it mentions, if those are the compiler's."""
    error = str(kernel.get("error") or "rejected")
    refused = kernel.get("refused") or {}
    place = place_of(answer, refused.get("name") or "")
    mentioned = " ".join([error, *(refused.get("axioms") or ())])
    if any(word in mentioned for word in COMPILER_AXIOMS):
        reason = "native_decide is not accepted: the kernel cannot re-check compiled code"
        return Tier.AXIOMS, reason, place
    return Tier.KERNEL, f"kernel: {error}", place


def statement_reason(statement: dict[str, Any] | None, theorems: tuple[Theorem, ...]) -> str:
    if statement is None:
        return "the statement was not compared"
    if statement.get("error"):
        return f"the statement asked for is not good Lean: {statement['error']}"
    if not statement.get("found") or not theorems:
        return "the theorem asked for is not in the text"
    if not statement.get("matches"):
        difference = statement.get("difference")
        return "the theorem of that name states something else than asked" + (
            f": {difference}" if difference else ""
        )
    return ""


def messages_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Lean's messages, and ours on the statement asked for."""
    messages = list(answer.get("messages") or ())
    if (answer.get("statement") or {}).get("autoBound"):
        text = "the statement asked for has names that nothing binds: they became variables"
        messages.append({"severity": "warning", "line": 1, "column": 0, "text": text})
    return messages


def diagnostic(item: dict[str, Any]) -> Diagnostic:
    return Diagnostic(
        severity=item["severity"],
        line=item["line"],
        column=item["column"],
        text=item["text"],
        end_line=item.get("endLine"),
        end_column=item.get("endColumn"),
    )


def located(item: dict[str, Any]) -> str:
    return f"line {item['line']}: {item['text']}"


def message_place(item: dict[str, Any]) -> Place:
    declaration = item.get("declaration") or ""
    return Place(line=item["line"], column=item["column"], declaration=declaration)


def place_of(answer: dict[str, Any], declaration: str) -> Place | None:
    """Where the text declares that name, if it does."""
    if not declaration:
        return None
    for item in answer.get("declarations") or ():
        if item["name"] == declaration:
            line, column = item.get("line"), item.get("column")
            return Place(line=line, column=column, declaration=declaration)
    return Place(declaration=declaration)


def one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= REASON_LENGTH else text[: REASON_LENGTH - 1] + "…"


def rejected(reason: str, lean: LeanVersion, *, line: int) -> LeanReport:
    """The report of a text that no Lean has seen: its header is bad."""
    message = Diagnostic(severity="error", line=line, column=0, text=reason)
    return LeanReport(
        accepted=False,
        tier=Tier.NONE,
        reason=one_line(f"line {line}: {reason}"),
        failed_tier=Tier.PARSES,
        place=Place(line=line, column=0),
        messages=(message,),
        lean=lean,
    )
