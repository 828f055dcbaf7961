"""Append-only files of JSON lines that survive a kill at any moment.

One line is one ``os.write``, so a killed process leaves whole lines and at most one torn tail,
which the next one to write cuts off and every reading passes over. Processes may share a file: who
writes holds its lock (flock).
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from proofloop.core.errors import StorageError


class AppendFile:
    """``path`` is created, with its folder, on the first line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def append(self, line: str) -> None:
        """Write one line, whole or not at all. Raises StorageError."""
        data = line.encode("utf-8", "backslashreplace") + b"\n"
        try:
            if self._fd is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
                self._fd = os.open(self.path, flags, 0o600)
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            try:
                cut_torn_tail(self._fd)
                written = os.write(self._fd, data)
                if written != len(data):
                    os.ftruncate(self._fd, os.fstat(self._fd).st_size - written)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            finally:
                fcntl.flock(self._fd, fcntl.LOCK_UN)
        except OSError as error:
            raise StorageError(f"cannot write {self.path}: {error.strerror}") from error

    def close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines, parsed; raises StorageError for a damaged one, naming its number."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                return
            try:
                yield json.loads(line)
            except ValueError as error:
                raise StorageError(f"{path}:{number}: damaged line") from error


def cut_torn_tail(fd: int, block: int = 65536) -> None:
    """Drop what follows the last newline."""
    end = size = os.fstat(fd).st_size
    # Mostly there is nothing: one byte says so.
    while end > 0:
        start = max(0, end - (block if end < size else 1))
        newline = os.pread(fd, end - start, start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end != size:
        os.ftruncate(fd, end)
