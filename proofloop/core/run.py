"""A run: a folder that holds everything needed to resume or replay it.

run.json            what was asked, with which settings, and what it has cost so far
journal.jsonl       every model call and tool call
checkpoints.sqlite  graph states (written by LangGraph)
results.jsonl       one line a finished item
review.sqlite       statements that wait for a person, where a method queues them
ledger, .members    the sums of its budget, and who is at work, where it has several processes
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock, Timeout

import proofloop
from proofloop.core.budget import Budget, Spending
from proofloop.core.errors import InputError, LeanUnavailable, StorageError, UserError
from proofloop.core.identity import deciding, differences, flat
from proofloop.core.journal import Journal
from proofloop.core.settings import Settings

LEDGER = "ledger"
MEMBERS = ".members"
ENDING_SECONDS = 20.0  # what a member takes at most to end after its holder


class Run:
    """An open run. Use as a context manager; one process at a time holds a folder (and may share
    it with ``Member`` processes of its own). A new folder is removed again where a user's error, or
    that there is no Lean, ends the run before anything has come of it.

    Opening a folder that holds a run resumes it: ``asked``, and the settings that decide results,
    must then be what they were (``core/identity.py``; ``free`` names settings that decide nothing
    in this run), and what the run has spent so far counts against its budget.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        asked: Mapping[str, Any],
        *,
        free: Iterable[str] = (),
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.asked = json.loads(json.dumps(dict(asked)))
        self.decided_by = deciding(settings, free)
        self.resumed = (folder / "run.json").exists()
        self._lock = FileLock(folder / ".lock")

    @classmethod
    def create(
        cls,
        settings: Settings,
        name: str,
        asked: Mapping[str, Any],
        *,
        free: Iterable[str] = (),
    ) -> Run:
        """A run in a new folder of ``settings.runs_dir``, named by time and ``name``."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        base = settings.runs_dir / f"{stamp}-{name}"
        folder, count = base, 2
        while folder.exists():
            folder, count = base.with_name(f"{base.name}-{count}"), count + 1
        return cls(folder, settings, asked, free=free)

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints.sqlite"

    @property
    def reviews(self) -> Path:
        return self.folder / "review.sqlite"

    @property
    def results(self) -> Path:
        return self.folder / "results.jsonl"

    def __enter__(self) -> Self:
        self._made = [one for one in (self.folder, *self.folder.parents) if not one.exists()]
        try:
            make_folder(self.folder)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise InputError("another process is working on this run", file=self.folder) from None
        except PermissionError as error:
            words = f"the folder cannot be written: {error.strerror}"
            raise InputError(words, file=self.folder) from None
        except OSError as error:
            raise StorageError(f"cannot write {self.folder}: {error.strerror}") from None
        try:
            wait_for_members(self.folder / MEMBERS)
            self._check_identity()
            self.journal = Journal(self.folder / "journal.jsonl", secrets=self.settings.secrets())
            self.budget = Budget(self.settings.budget, already=spent_before(self.journal.entries()))
            self.journal.append("open", proofloop=proofloop.__version__)
            self.save()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.save()
        finally:
            if (
                isinstance(error, UserError | LeanUnavailable)
                and self._made
                and self._holds_nothing()
            ):
                remove_folders(self._made)
            self.journal.close()
            self._lock.release()

    def _holds_nothing(self) -> bool:
        """Whether no call was answered."""
        entries = self.journal.entries()
        return all(entry["kind"] == "open" or "error" in entry for entry in entries)

    def save(self, **facts: Any) -> None:
        """Write run.json anew, in one step."""
        content = {
            "proofloop": proofloop.__version__,
            "asked": self.asked,
            "settings": self.settings.public(),
            "decided_by": self.decided_by,
            "spent": self.budget.spent().model_dump(),
            **facts,
        }
        write_atomically(self.folder / "run.json", json.dumps(content, indent=2) + "\n")

    def _check_identity(self) -> None:
        path = self.folder / "run.json"
        if not path.exists():
            return
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            asked, decided_by = dict(flat(content["asked"])), dict(content["decided_by"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StorageError(f"{path}: not a run file ({error})") from None
        now = dict(flat(self.asked))
        if other := differences(asked, now, [*asked, *(name for name in now if name not in asked)]):
            before, today = kind_of(content["asked"]), kind_of(self.asked)
            words = f"a run of something else ({other})"
            if before != today:
                words = f"a run of {before}, not of {today}"
            raise InputError(f"this folder holds {words}; give another folder", file=self.folder)
        # What only one of them knows is a setting of another version.
        known = [name for name in decided_by if name in self.decided_by]
        if other := differences(decided_by, self.decided_by, known):
            raise InputError(
                f"this run began with {other}; give what it began with, or another folder",
                file=self.folder,
            )


def kind_of(asked: Mapping[str, Any]) -> str:
    """The graph or the command that a run is of: what was asked has its name."""
    return str(asked.get("graph") or next(iter(asked), "nothing"))


def wait_for_members(path: Path) -> None:
    """Until the processes of a holder that was killed have written what they still had to; raises
    InputError when they go on working."""
    if not path.exists():
        return
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    until = time.monotonic() + ENDING_SECONDS
    try:
        while True:
            try:
                return fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    words = "processes of an earlier command are working on this run"
                    raise InputError(words, file=path.parent) from None
                time.sleep(0.05)
    finally:
        os.close(fd)


def spent_before(entries: Iterable[Mapping[str, Any]]) -> Spending:
    """What the sessions in a journal have spent: the sum of every entry's ``spent``, and the wall
    time from each opening to the last entry before the next. Read from the journal since it alone
    survives a kill."""
    total = dict.fromkeys(Spending.model_fields, 0.0)
    opened = last = None
    for entry in entries:
        if entry["kind"] == "open":
            if opened is not None:
                total["wall_seconds"] += last - opened
            opened = entry["at"]
        last = entry["at"]
        for name, amount in entry.get("spent", {}).items():
            total[name] += amount or 0.0
    if opened is not None:
        total["wall_seconds"] += last - opened
    return Spending.model_validate(total)


def make_folder(folder: Path) -> None:
    """Makes it where it is not. Raises InputError where a file is in the way or nobody may write,
    StorageError where it cannot be made for another reason."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise InputError("a file is there already; give a folder", file=folder) from None
    except (PermissionError, FileNotFoundError) as error:
        words = f"no folder can be made here: {error.strerror}"
        raise InputError(words, file=folder) from None
    except OSError as error:
        raise StorageError(f"cannot write {folder}: {error.strerror}") from None


def remove_folders(folders: Sequence[Path]) -> None:
    """The first with all that is in it, the others, its parents, where they are empty then."""
    first, *parents = folders
    shutil.rmtree(first, ignore_errors=True)
    with contextlib.suppress(OSError):
        for parent in parents:
            parent.rmdir()


def write_atomically(path: Path, text: str) -> None:
    """Replace ``path`` in one step: a kill leaves the old text or the new one."""
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise StorageError(f"cannot write {path}: {error.strerror}") from None
