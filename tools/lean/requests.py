"""What all backends do with a request before their Lean sees it, and with an answer after."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from proofloop.core.errors import InputError
from proofloop.tools.lean.backend import CheckLimits, CheckRequest, ProbeAnswer, ProbeRequest
from proofloop.tools.lean.header import Header, Import, read_header
from proofloop.tools.lean.report import LeanReport, LeanVersion
from proofloop.tools.lean.stand_ins import stand_ins
from proofloop.tools.lean.verdict import one_line, report_from_answer

LONGEST_TEXT = 1_000_000  # characters


@dataclass(frozen=True)
class Texts:
    """The parts of a request: ``modules`` decide the environment; ``header`` and ``source`` are
    without their imports. ``reference`` is the modules and the header that the statement is read
    after, where the source is a file of its own."""

    modules: tuple[str, ...]
    header: str
    source: str
    imports: tuple[Import, ...]
    reference: tuple[tuple[str, ...], str] | None = None

    def line_of(self, module: str) -> int:
        """Where it is imported."""
        return next((item.line for item in self.imports if item.module == module), 1)


class BadSource(Exception):
    """The source's own header is bad: a matter of the verdict, not of the request."""

    def __init__(self, error: InputError) -> None:
        super().__init__(error.message)
        self.message, self.line = error.message, error.line or 1


def check_texts(request: CheckRequest) -> Texts:
    """Raises InputError for what the caller wrote, BadSource for what is to be checked."""
    for text in (request.source, request.header, request.statement):
        require_text(text)
    given = read_header(request.header)
    require_init(given)
    has_header = bool(request.header or request.statement)
    try:
        body = read_header(request.source)
        require_init(body)
        if has_header and not request.standalone:
            require_imports_of(given, body)
    except InputError as error:
        raise BadSource(error) from None
    header = given.body if given.body.strip() else ""
    imports = (*body.imports, *given.imports)
    if request.standalone:
        # Both speak of one library.
        modules = tuple(dict.fromkeys((*given.modules, *body.modules)))
        return Texts(modules, "", body.body, imports, (given.modules, header))
    return Texts(given.modules if has_header else body.modules, header, body.body, imports)


def probe_texts(request: ProbeRequest) -> Texts:
    """Raises InputError."""
    for text in (request.source, request.header):
        require_text(text)
    given, body = read_header(request.header), read_header(request.source)
    require_init(given)
    require_init(body)
    if request.header:
        require_imports_of(given, body)
    modules = given.modules if request.header else body.modules
    header = given.body if given.body.strip() else ""
    return Texts(modules, header, body.body, (*body.imports, *given.imports))


def limits_message(limits: CheckLimits) -> dict[str, int]:
    return {
        "timeout_ms": max(1, round(limits.wall_seconds * 1000)),
        "heartbeats": limits.heartbeats,
    }


def check_report(request: CheckRequest, answer: dict[str, Any], version: LeanVersion) -> LeanReport:
    """The report of what the supervisor answers to a check."""
    return report_from_answer(
        timed(answer, request.limits),
        version,
        statement=bool(request.statement),
        allow_sorry=request.allow_sorry,
        allowed_axioms=request.allowed_axioms,
        notes=stand_ins(request.header, request.source),
    )


def timed(answer: dict[str, Any], limits: CheckLimits) -> dict[str, Any]:
    """An answer that is a stop at the time limit says which one."""
    if answer["status"] != "timeout":
        return answer
    return answer | {"detail": f"{limits.wall_seconds:g} s"}


def probe_answer(answer: dict[str, Any]) -> ProbeAnswer:
    """The supervisor's answer as a value. Its data is JSON in a text, as a worker that may have
    been taken over wrote it."""
    status, data, detail = answer["status"], None, one_line(str(answer.get("detail") or ""))
    if status == "done":
        try:
            data = json.loads(answer["data"])
        except (ValueError, RecursionError):
            status, detail = "failed", "the probe's answer is not JSON"
    seconds = answer.get("wall_ms", 0) / 1000
    return ProbeAnswer(status=status, data=data, detail=detail, seconds=seconds)


def require_text(text: str) -> None:
    """Raises InputError for a text that Lean cannot be given."""
    if len(text) > LONGEST_TEXT:
        raise InputError(f"{len(text):,} characters of Lean: at most {LONGEST_TEXT:,} are checked")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise InputError("not valid Unicode text", line=line) from None


def require_init(header: Header) -> None:
    if header.prelude:
        raise InputError("'prelude' leaves out Init, which is always imported")


def require_imports_of(given: Header, source: Header) -> None:
    """A source may repeat the imports it is given but not choose its own: they decide how the
    statement is read. Raises InputError."""
    for item in source.imports:
        if item.module not in (*given.modules, "Init"):
            raise InputError(f"import {item.module} is not in the given header", line=item.line)


def available_cores() -> int:
    """The cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
