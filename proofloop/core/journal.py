"""An append-only record of every model call and tool call of a run (JSON lines).

Entries with a ``key`` can be found again: that is what makes a killed run resume without repeating
a call, and a finished one replay without the network.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from proofloop.core.jsonl import AppendFile, read_lines
from proofloop.core.secrets import blot_all

# The task on which the entries are written, where a run has tasks.
CURRENT_TASK: ContextVar[str] = ContextVar("task", default="")


@contextmanager
def entries_of(task: str) -> Iterator[None]:
    """What is written inside, and in the asyncio tasks begun inside, names ``task``."""
    token = CURRENT_TASK.set(task)
    try:
        yield
    finally:
        CURRENT_TASK.reset(token)


def fingerprint(value: Any) -> str:
    """SHA-256 of the value's canonical JSON: equal values, equal keys, on every machine."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def written(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"), default=str)


class Journal:
    """``path`` is created on the first entry. ``secrets`` are blotted out of everything written.

    Safe to share between threads. Processes may write one file; each finds what was there when it
    opened it, and its own. An entry's ``spent`` is what it cost, in the names of ``Spending``;
    resuming sums it.
    """

    def __init__(self, path: str | Path, *, secrets: Iterable[str] = ()) -> None:
        self.path = Path(path)
        self._secrets = tuple(secrets)
        self._lock = threading.Lock()
        self._file = AppendFile(self.path)
        self._found: dict[tuple[str, str], dict[str, Any]] = {}
        for entry in read_lines(self.path):
            self._remember(entry)

    def find(self, kind: str, key: str) -> dict[str, Any] | None:
        """The last entry of this kind with this key."""
        return self._found.get((kind, key))

    def append(self, kind: str, *, key: str | None = None, **fields: Any) -> dict[str, Any]:
        """Write one entry; it has left this process when this returns. Raises StorageError."""
        with self._lock:
            entry: dict[str, Any] = {"at": round(time.time(), 3), "kind": kind}
            if key is not None:
                entry["key"] = key
            if task := CURRENT_TASK.get():
                entry["task"] = task
            entry.update(fields)
            line = written(entry)
            entry = json.loads(line)
            # Looking through every string of every entry takes longer than all the rest.
            if any(json.dumps(s, ensure_ascii=False)[1:-1] in line for s in self._secrets):
                entry = blot_all(entry, self._secrets)
                line = written(entry)
            self._file.append(line)
            self._remember(entry)
            return entry

    def entries(self, kind: str | None = None) -> Iterator[dict[str, Any]]:
        """All entries in order, from the file."""
        for entry in read_lines(self.path):
            if kind is None or entry["kind"] == kind:
                yield entry

    def close(self) -> None:
        with self._lock:
            self._file.close()

    def _remember(self, entry: Mapping[str, Any]) -> None:
        if "key" in entry:
            self._found[entry["kind"], entry["key"]] = dict(entry)
