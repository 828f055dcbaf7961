"""Reading files of JSON objects, one a line, that people write: faults are told with their line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from proofloop.core.errors import InputError


def read_objects(file: str | Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects with the numbers of their lines, without empty lines. Raises InputError with
    the file and the line."""
    try:
        lines = Path(file).read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(error.strerror or str(error), file=file) from None
    yield from objects_in(lines, file)


def objects_in(
    lines: Iterable[str | bytes], file: str | Path
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The same of lines that were read from ``file``."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            text = line if isinstance(line, str) else line.decode("utf-8-sig")
            fields = json.loads(text)
        except UnicodeDecodeError as error:
            words = f"not UTF-8 (byte {error.start} of the line)"
            raise InputError(words, file=file, line=number) from None
        except json.JSONDecodeError as error:
            words = f"not JSON: {error.msg} at column {error.colno}"
            raise InputError(words, file=file, line=number) from None
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 10,000 brackets
            raise InputError(f"not JSON: {error}", file=file, line=number) from None
        if not isinstance(fields, dict):
            raise InputError("not a JSON object", file=file, line=number)
        yield number, fields
