"""The sums of a budget: in one process, or in a file that the processes of a run share."""

from __future__ import annotations

import fcntl
import mmap
import os
from array import array
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from proofloop.core.errors import StorageError

AMOUNTS = ("tokens", "usd", "calls", "lean_seconds", "unpriced_calls")


class Ledger:
    """Of each amount what is spent and what is reserved. What belongs together is read and changed
    inside ``with ledger.held()``."""

    # Whether others change it too, who wake nobody here.
    shared = False

    def __init__(self) -> None:
        self._cells: array[float] | memoryview[float] = array("d", bytes(SIZE))

    def held(self) -> AbstractContextManager[None]:
        """Nobody else changes it meanwhile."""
        return nullcontext()

    def spent(self, name: str) -> float:
        return self._cells[AMOUNTS.index(name)]

    def spend(self, name: str, amount: float) -> None:
        self._cells[AMOUNTS.index(name)] += amount

    def reserved(self, name: str) -> float:
        return self._cells[len(AMOUNTS) + AMOUNTS.index(name)]

    def reserve(self, name: str, amount: float) -> None:
        """A negative amount gives back; what rounding leaves below nothing is nothing."""
        place = len(AMOUNTS) + AMOUNTS.index(name)
        self._cells[place] = max(0.0, self._cells[place] + amount)

    def close(self) -> None:
        pass


SIZE = 2 * len(AMOUNTS) * array("d").itemsize


class SharedLedger(Ledger):
    """``path`` is made, of zeros, if it is not there. The lock is the kernel's (flock): a process
    that is killed holds it no longer. Raises StorageError."""

    shared = True

    def __init__(self, path: Path) -> None:
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.truncate(self._fd, SIZE)
            self._map = mmap.mmap(self._fd, SIZE)
        except OSError as error:
            raise StorageError(f"cannot write {path}: {error.strerror}") from None
        self._cells = memoryview(self._map).cast("d")

    @contextmanager
    def held(self) -> Iterator[None]:
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        self._cells = array("d", bytes(self._map))  # what it last was can still be read
        os.close(self._fd)
