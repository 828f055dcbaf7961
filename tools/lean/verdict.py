"""From what the embedded Lean answers to a verdict: a pure function.

``accepted`` rests on the trusted worker's part of the answer (``kernel``, ``statement``): it never
ran the candidate's text. The rest (messages, declarations) comes from the worker that did, and can
only take an acceptance away.
"""

from __future__ import annotations

from typing import Any

from proofloop.tools.lean.report import (
    STANDARD_AXIOMS,
    Diagnostic,
    LeanReport,
    LeanVersion,
    Theorem,
    Tier,
)

SORRY = "sorryAx"
REASON_LENGTH = 300

_STOPPED = {
    "timeout": "stopped at the time limit",
    "memory": "stopped at the memory limit",
    "crashed": "the check crashed its Lean process",
    "cancelled": "cancelled",
}


def report_from_answer(
    answer: dict[str, Any], lean: LeanVersion, *, statement: bool, allow_sorry: bool = False
) -> LeanReport:
    """The report of one answer of the supervisor. ``statement``: whether one was asked for."""
    messages = tuple(diagnostic(item) for item in answer.get("messages") or ())
    kernel = answer.get("kernel") or {}
    theorems = tuple(
        Theorem(name=item["name"], axioms=tuple(item["axioms"]), sorry=item["sorry"])
        for item in kernel.get("theorems") or ()
    )
    tier, reason = judge(answer, messages, theorems, statement=statement, allow_sorry=allow_sorry)
    status = answer["status"]
    return LeanReport(
        accepted=not reason,
        tier=tier,
        reason=one_line(reason),
        messages=messages,
        theorems=theorems,
        lean=lean,
        status=status if status in _STOPPED else "done",
        seconds=answer.get("wall_ms", 0) / 1000,
        lean_seconds=(answer.get("elab_ms", 0) + answer.get("kernel_ms", 0)) / 1000,
    )


def judge(
    answer: dict[str, Any],
    messages: tuple[Diagnostic, ...],
    theorems: tuple[Theorem, ...],
    *,
    statement: bool,
    allow_sorry: bool,
) -> tuple[Tier, str]:
    """The highest tier reached, and what failed next; an empty reason means accepted.

    With ``allow_sorry`` a text that rests on sorry may be accepted at the tier ELABORATES: all
    else is still required of it."""
    if answer["status"] != "done":
        return Tier.NONE, stop_reason(answer)
    errors = [message for message in messages if message.severity == "error"]
    if answer.get("parse_errors"):
        return Tier.NONE, located(errors[0]) if errors else "syntax error"
    if errors:
        return Tier.PARSES, located(errors[0])

    kernel = answer.get("kernel") or {"ok": False, "error": "not re-checked"}
    unchecked = answer.get("examples") or 0
    if not kernel.get("declarations") and not answer.get("declarations") and not unchecked:
        return Tier.ELABORATES, "no declaration to accept"
    sorry = sorry_reason(answer, theorems)
    if sorry and not allow_sorry:
        return Tier.ELABORATES, sorry
    reached = Tier.ELABORATES if sorry else None

    axioms = axiom_reason(answer, theorems)
    if axioms:
        return reached or Tier.COMPLETE, axioms
    if not kernel.get("ok"):
        # What the kernel has not re-checked has no known axioms either.
        return reached or Tier.COMPLETE, kernel_reason(str(kernel.get("error") or "rejected"))
    if not kernel.get("declarations") and not unchecked:
        return reached or Tier.COMPLETE, "no declaration reached the kernel"
    if statement and (mismatch := statement_reason(answer.get("statement"), theorems)):
        return reached or Tier.AXIOMS, mismatch
    if unchecked:
        text = "an example" if unchecked == 1 else f"{unchecked} examples"
        return reached or Tier.STATEMENT, (
            f"{text} could not be re-checked by the kernel: give it a name with 'theorem'"
        )
    return reached or Tier.KERNEL, ""


def stop_reason(answer: dict[str, Any]) -> str:
    status, detail = answer["status"], answer.get("detail") or ""
    if status == "bad_import":
        return f"unknown module {detail}"
    return f"{_STOPPED[status]}: {detail}" if detail else _STOPPED[status]


def sorry_reason(answer: dict[str, Any], theorems: tuple[Theorem, ...]) -> str:
    for theorem in theorems:
        if theorem.sorry or SORRY in theorem.axioms:
            return f"theorem {theorem.name} rests on sorry"
    for item in answer.get("messages") or ():
        if item.get("kind") == "hasSorry":
            return f"line {item['line']}: {item['text']}"
    rests = SORRY in ((answer.get("kernel") or {}).get("axioms") or ())
    return "a definition rests on sorry" if rests else ""


def axiom_reason(answer: dict[str, Any], theorems: tuple[Theorem, ...]) -> str:
    for theorem in theorems:
        for axiom in theorem.axioms:
            if axiom not in STANDARD_AXIOMS and axiom != SORRY:
                return f"theorem {theorem.name} uses axiom {axiom}"
    declared = [
        item["name"] for item in answer.get("declarations") or () if item["kind"] == "axiom"
    ]
    if declared:
        return f"the text declares the axiom {declared[0]}"
    for axiom in (answer.get("kernel") or {}).get("axioms") or ():
        if axiom not in STANDARD_AXIOMS and axiom != SORRY:
            return f"a definition uses axiom {axiom}"
    return ""


def kernel_reason(error: str) -> str:
    if "_nativeDecide_" in error or "ofReduceBool" in error:
        return "native_decide is not accepted: the kernel cannot re-check compiled code"
    return f"kernel: {error}"


def statement_reason(statement: dict[str, Any] | None, theorems: tuple[Theorem, ...]) -> str:
    if statement is None:
        return "the statement was not compared"
    if statement.get("error"):
        return f"the statement asked for is not good Lean: {statement['error']}"
    if not statement.get("found") or not theorems:
        return "the theorem asked for is not in the text"
    if not statement.get("matches"):
        return "the theorem of that name states something else than asked"
    return ""


def diagnostic(item: dict[str, Any]) -> Diagnostic:
    return Diagnostic(
        severity=item["severity"],
        line=item["line"],
        column=item["column"],
        text=item["text"],
        end_line=item.get("endLine"),
        end_column=item.get("endColumn"),
    )


def located(message: Diagnostic) -> str:
    return f"line {message.line}: {message.text}"


def one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= REASON_LENGTH else text[: REASON_LENGTH - 1] + "…"


def rejected(reason: str, lean: LeanVersion, *, line: int) -> LeanReport:
    """The report of a text that no Lean has seen: its header is bad."""
    message = Diagnostic(severity="error", line=line, column=0, text=reason)
    return LeanReport(
        accepted=False,
        tier=Tier.NONE,
        reason=one_line(located(message)),
        messages=(message,),
        lean=lean,
    )
