"""Reading tasks from JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from proofloop.core.errors import InputError
from proofloop.core.image import is_remote
from proofloop.core.task import Task
from proofloop.datasets.lines import read_objects

ALIKE = 0.8  # at the least, of two names of which one may be the other misspelt


def read_tasks(path: str | Path) -> list[Task]:
    """The tasks of a JSONL file, one object a line, with the fields of ``Task`` (fields it does
    not know are kept in ``extra``). A missing ``id`` is the line's number. Paths of ``images`` are
    relative to the file.

    Raises InputError naming the file, the line and the field; for a missing image too.
    """
    tasks: dict[str, Task] = {}
    for number, fields in read_objects(path):
        task = _task(fields, path, number)
        if task.id in tasks:
            raise InputError(f"id {task.id!r} occurs twice", file=path, line=number, field="id")
        tasks[task.id] = task
    if not tasks:
        raise InputError("holds no task", file=path)
    return list(tasks.values())


def misnamed(tasks: Sequence[Task]) -> dict[str, str]:
    """Fields of ``extra`` that look like fields of ``Task`` which the same line has not, such as
    ``image`` and ``images``: their meaning is lost where they are misspelt."""
    found: dict[str, str] = {}
    for task in tasks:
        missing = [name for name in Task.model_fields if not getattr(task, name)]
        for name in task.extra:
            if near := get_close_matches(name.lower(), missing, n=1, cutoff=ALIKE):
                found.setdefault(name, near[0])
    return found


def require_formal(tasks: Sequence[Task], *, file: str | Path) -> None:
    """Raises InputError, naming the line, where one of the first tasks of ``file`` has no formal
    statement."""
    for place, task in enumerate(tasks):
        if not task.formal.strip():
            number, _ = next(islice(read_objects(file), place, None))
            words = f"task {task.id!r} has no formal statement"
            raise InputError(words, file=file, line=number, field="formal")


def _task(fields: dict[str, Any], path: str | Path, number: int) -> Task:
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
    if task.kind == "prove" and not task.formal.strip():
        words = f"task {task.id!r} has no formal statement to prove"
        raise InputError(words, file=path, line=number, field="formal")
    images = tuple(_image(source, path, number) for source in task.images)
    return task.model_copy(update={"images": images})


def _image(source: str, path: str | Path, number: int) -> str:
    """An image's address, or its path from where the program runs."""
    if is_remote(source):
        return source
    place = Path(path).parent / source
    if not place.is_file():
        raise InputError(f"no image {source}", file=path, line=number, field="images")
    return str(place)
