"""Reading tasks from JSON lines."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from proofloop.core.errors import InputError
from proofloop.core.task import Task


def read_tasks(path: str | Path) -> list[Task]:
    """The tasks of a JSONL file, one object a line, with the fields of ``Task`` (fields it does
    not know are kept in ``extra``). A missing ``id`` is the line's number.

    Raises InputError naming the file, the line and the field.
    """
    try:
        lines = Path(path).read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(error.strerror or str(error), file=path) from None
    tasks: dict[str, Task] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        task = _task(line, path, number)
        if task.id in tasks:
            raise InputError(f"id {task.id!r} occurs twice", file=path, line=number, field="id")
        tasks[task.id] = task
    if not tasks:
        raise InputError("holds no task", file=path)
    return list(tasks.values())


def _task(line: bytes, path: str | Path, number: int) -> Task:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise InputError(f"not JSON: {error}", file=path, line=number) from None
    if not isinstance(fields, dict):
        raise InputError("not a JSON object", file=path, line=number)
    known = {key: value for key, value in fields.items() if key in Task.model_fields}
    unknown = {key: value for key, value in fields.items() if key not in Task.model_fields}
    known.setdefault("id", str(number))
    if unknown:
        known["extra"] = {**known.get("extra", {}), **unknown}
    try:
        task = Task(**known)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InputError(first["msg"], file=path, line=number, field=field) from None
    if not task.informal.strip() and not task.formal.strip():
        raise InputError("has neither an informal nor a formal text", file=path, line=number)
    return task
