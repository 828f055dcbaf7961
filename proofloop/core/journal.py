"""An append-only record of every model call and tool call of a run (JSON lines).

One line is one ``os.write``, so a process killed at any moment leaves whole lines and at most one
torn tail, which the next opening cuts off. Entries with a ``key`` can be found again: that is what
makes a killed run resume without repeating a call, and a finished one replay without the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from proofloop.core.errors import StorageError


def fingerprint(value: Any) -> str:
    """SHA-256 of the value's canonical JSON: equal values, equal keys, on every machine."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Journal:
    """``path`` is created on the first entry. ``secrets`` are blotted out of everything written."""

    def __init__(self, path: str | Path, *, secrets: Iterable[str] = ()) -> None:
        self.path = Path(path)
        self._secrets = tuple(secret for secret in secrets if secret)
        self._lock = threading.Lock()
        self._fd: int | None = None
        self._found: dict[tuple[str, str], dict[str, Any]] = {}
        self._count = 0
        if self.path.exists():
            self._cut_torn_tail()
            for entry in read_entries(self.path):
                self._remember(entry)

    def find(self, kind: str, key: str) -> dict[str, Any] | None:
        """The last entry of this kind with this key."""
        return self._found.get((kind, key))

    def append(self, kind: str, *, key: str | None = None, **fields: Any) -> dict[str, Any]:
        """Write one entry; it is on its way to the disk when this returns."""
        with self._lock:
            entry: dict[str, Any] = {"seq": self._count, "at": round(time.time(), 3), "kind": kind}
            if key is not None:
                entry["key"] = key
            entry.update(fields)
            line = json.dumps(entry, ensure_ascii=False, separators=(",", ":"), default=str)
            for secret in self._secrets:
                line = line.replace(json.dumps(secret, ensure_ascii=False)[1:-1], "***")
            self._write(line.encode("utf-8", "backslashreplace") + b"\n")
            entry = json.loads(line)
            self._remember(entry)
            return entry

    def entries(self, kind: str | None = None) -> Iterator[dict[str, Any]]:
        """All entries in order, from the file."""
        if self.path.exists():
            for entry in read_entries(self.path):
                if kind is None or entry["kind"] == kind:
                    yield entry

    def close(self) -> None:
        with self._lock:
            if self._fd is not None:
                os.close(self._fd)
                self._fd = None

    def _remember(self, entry: Mapping[str, Any]) -> None:
        self._count += 1
        if "key" in entry:
            self._found[entry["kind"], entry["key"]] = dict(entry)

    def _write(self, line: bytes) -> None:
        try:
            if self._fd is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
                self._fd = os.open(self.path, flags, 0o600)
            written = os.write(self._fd, line)
            if written != len(line):
                os.ftruncate(self._fd, os.fstat(self._fd).st_size - written)
                raise OSError(28, "No space left on device")
        except OSError as error:
            raise StorageError(f"cannot write {self.path}: {error.strerror}") from error

    def _cut_torn_tail(self) -> None:
        with self.path.open("rb+") as file:
            size = file.seek(0, os.SEEK_END)
            end = size
            while end > 0:
                start = max(0, end - 65536)
                file.seek(start)
                newline = file.read(end - start).rfind(b"\n")
                if newline >= 0:
                    end = start + newline + 1
                    break
                end = start
            if end != size:
                file.truncate(end)


def read_entries(path: str | Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a journal; raises StorageError for a damaged one, naming the line."""
    with Path(path).open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                return
            try:
                entry = json.loads(line)
            except ValueError as error:
                raise StorageError(f"{path}:{number}: damaged journal line") from error
            yield entry
