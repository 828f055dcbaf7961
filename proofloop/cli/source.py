"""Reading what the user gives: a text, a file or standard input."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from proofloop.cli.output import notes
from proofloop.core.errors import InputError
from proofloop.tools.lean.header import read_header

if TYPE_CHECKING:
    from proofloop.core.task import Task

LARGEST = 1_000_000


def read_source(source: str, *, largest: int = LARGEST) -> tuple[str, str]:
    """The text of a file (or of standard input for "-") and the name to call it by."""
    name = "<stdin>" if source == "-" else source
    try:
        if source == "-":
            data = sys.stdin.buffer.read(largest + 1)
        else:
            with Path(source).open("rb") as file:
                data = file.read(largest + 1)
    except OSError as error:
        raise InputError(error.strerror or str(error), file=name) from None
    if len(data) > largest:
        raise InputError(f"longer than {largest:,} bytes", file=name)
    return decode(data, name), name


def read_tasks(source: str, *, limit: int | None = None, formal: bool = False) -> list[Task]:
    """The first tasks of a JSONL file, all with a formal statement where they need one; a field
    that seems to be misspelt is told on standard error. Raises InputError."""
    from proofloop.datasets import tasks as reading

    tasks = reading.read_tasks(source)[:limit]
    if formal:
        reading.require_formal(tasks, file=source)
    for name, meant in reading.misnamed(tasks).items():
        words = f"{source}: no field is called {name!r} (is {meant!r} meant?): it is not read"
        notes().print(words, markup=False, soft_wrap=True, style="yellow")
    return tasks


def not_good_lean(words: str, text: str, name: str) -> InputError:
    """The error for a file whose statement Lean does not take."""
    error = InputError(f"the statement is not good Lean: {words}", file=name)
    error.hint = missing_import(words, text)
    return error


def missing_import(words: str, text: str) -> str:
    """What to do where Lean's ``words`` are about something unknown to a text without imports."""
    if not re.search("unknown|expected token", words, re.IGNORECASE) or read_header(text).imports:
        return ""
    return "it imports nothing: `import Proofloop` in the first line brings ℕ, ∑, Even and others"


def read_text_or_stdin(text: str) -> str:
    """``text`` itself, or standard input for "-"; a file's name is no text."""
    if text == "-":
        return read_source("-")[0]
    return decode(text.encode("utf-8", "surrogateescape"), "<text>")


def decode(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"not UTF-8 (byte {error.start})", file=name, line=line) from None
    if "\0" in text:
        raise InputError("holds a NUL byte", file=name, line=text.count("\n", 0, text.index("\0")))
    if not text.strip():
        raise InputError("empty", file=name)
    return text.replace("\r\n", "\n")
