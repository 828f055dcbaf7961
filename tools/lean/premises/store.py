"""Where indexes are kept: one a Lean and import list, built at first use."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from filelock import FileLock

from proofloop.core.errors import StorageError
from proofloop.tools.lean.backend import LeanBackend
from proofloop.tools.lean.premises.index import FORMAT, PremiseIndex, build, fact_list
from proofloop.tools.lean.premises.read import Progress, read_premises
from proofloop.tools.lean.report import LeanVersion

DEFAULT_IMPORTS = ("Proofloop", "Proofloop.Dimensions")


async def open_index(
    lean: LeanBackend,
    cache_dir: Path,
    imports: Sequence[str] = DEFAULT_IMPORTS,
    *,
    salt: str = "",
    progress: Progress | None = None,
) -> PremiseIndex:
    """The index of what these imports bring; read from ``lean`` if it is not there yet, which takes
    a minute or two in the embedded Lean. ``salt`` tells environments of one Lean and one list of
    imports apart, such as projects. Raises InputError for an unknown module, LeanError,
    StorageError."""
    path = index_path(cache_dir, lean.version, imports, salt)
    if (known := usable(path)) is not None:
        return known
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_suffix(".lock"))
    await asyncio.to_thread(lock.acquire)  # two builds at once do the work once
    try:
        if (known := usable(path)) is None:
            premises = await read_premises(lean, imports, progress=progress)
            facts = lean.version.model_dump() | {"imports": fact_list(imports)}
            await asyncio.to_thread(build, path, premises, facts)
            known = PremiseIndex(path)
    finally:
        lock.release()
    return known


def usable(path: Path) -> PremiseIndex | None:
    """The index, if there is one that can be read; a damaged one is built anew."""
    if not path.exists():
        return None
    try:
        return PremiseIndex(path)
    except StorageError:
        return None


def index_path(cache_dir: Path, version: LeanVersion, imports: Sequence[str], salt: str) -> Path:
    """The file for exactly this environment, as far as can be told from outside."""
    told = [FORMAT, version.model_dump(), sorted({*imports}), salt]
    if any(module.partition(".")[0] == "Proofloop" for module in imports):
        told.append(prelude_digest())
    key = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    name = "-".join(module.partition(".")[0] for module in imports[:3]) or "Init"
    return cache_dir / "premises" / f"{name}-{key}.sqlite"


def prelude_digest() -> str:
    """Of the prelude's sources."""
    digest = hashlib.sha256()
    for place in sorted(_lean_files(files("proofloop.lean") / "prelude"), key=lambda f: f.name):
        digest.update(place.name.encode())
        digest.update(place.read_bytes())
    return digest.hexdigest()


def _lean_files(folder: Traversable) -> list[Traversable]:
    found = []
    for place in folder.iterdir():
        if place.is_dir():
            found += _lean_files(place)
        elif place.name.endswith(".lean"):
            found.append(place)
    return found
