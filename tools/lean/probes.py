"""Asking a probe and reading what it answers as a value."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from proofloop.core.errors import ProbeFailed
from proofloop.core.model import Frozen
from proofloop.tools.lean.backend import LeanBackend, ProbeRequest

Value = TypeVar("Value", bound=Frozen)


async def ask(lean: LeanBackend, request: ProbeRequest, kind: type[Value]) -> Value:
    """The probe's answer as a ``kind``. Raises ProbeFailed where there is none: it was stopped, it
    failed, or its data is of another shape, as a text's metaprograms can make it."""
    answer = await lean.probe(request)
    if answer.status != "done":
        detail = f": {answer.detail}" if answer.detail else ""
        raise ProbeFailed(f"probe {request.probe} {answer.status}{detail}")
    try:
        return kind.model_validate(answer.data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ProbeFailed(f"probe {request.probe} answered {place}: {first['msg']}") from None
