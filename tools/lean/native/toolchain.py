"""Which Lean there is on this machine, and what a Lake project adds to it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proofloop.core.errors import LeanUnavailable

# A first call through elan may fetch the toolchain of a project.
PATIENCE_SECONDS = 600.0
_VERSION = re.compile(r"version (\d+\.\d+\.\d+[^\s,]*)")
# What these commands may see of our environment: no key of anybody's.
KEPT = ("PATH", "HOME", "ELAN_HOME", "ELAN_TOOLCHAIN", "TMPDIR", "LANG", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Toolchain:
    """``lean`` is the program, ``sysroot`` the folder with its libraries, ``search_path`` where a
    project's compiled modules are, in the order in which Lean looks there."""

    lean: Path
    version: str
    sysroot: Path
    project: Path | None = None
    search_path: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """For people: what a verdict says of the backend."""
        return f"native ({self.project.name})" if self.project else "native"


def find_toolchain(command: str | None = None, project: Path | None = None) -> Toolchain:
    """The toolchain of ``project`` (a folder with a lakefile), or the one that is found outside of
    any; ``command`` names the program ``lean`` instead. Raises LeanUnavailable."""
    folder = _project_folder(project) if project else None
    lean = _program("lean", command)
    words = _run([lean, "--version"], folder)
    match = _VERSION.search(words)
    if match is None:
        raise LeanUnavailable(f"{lean} --version says no version: {words[:100]!r}")
    sysroot = Path(_run([lean, "--print-prefix"], folder).strip())
    # elan's program chooses a toolchain by the folder it is started in; this is the one chosen.
    real = sysroot / "bin" / "lean"
    return Toolchain(
        lean=real if real.exists() else Path(lean),
        version=match.group(1),
        sysroot=sysroot,
        project=folder,
        search_path=_search_path(lean, folder) if folder else (),
    )


def _project_folder(project: Path) -> Path:
    folder = project.resolve()
    if not any((folder / name).is_file() for name in ("lakefile.toml", "lakefile.lean")):
        raise LeanUnavailable(f"{project} is no Lake project: it has no lakefile")
    return folder


def _program(name: str, command: str | None) -> str:
    if command:
        found = shutil.which(command)
        if found is None:
            raise LeanUnavailable(f"no program {command}")
        return str(Path(found).absolute())
    elan = Path(os.environ.get("ELAN_HOME", Path.home() / ".elan")) / "bin"
    found = shutil.which(name) or shutil.which(name, path=str(elan))
    if found is None:
        raise LeanUnavailable(
            f"no program {name} on the PATH or in {elan}:"
            " install elan, name it with --lean, or use the embedded Lean"
        )
    return str(Path(found).absolute())


def _search_path(lean: str, folder: Path) -> tuple[Path, ...]:
    """What ``lake env`` puts into LEAN_PATH; ``lake`` is looked for beside ``lean`` first."""
    beside = Path(lean).with_name("lake")
    lake = str(beside) if beside.exists() else _program("lake", None)
    for line in _run([lake, "env"], folder).splitlines():
        name, _, value = line.partition("=")
        if name == "LEAN_PATH":
            paths = (folder / part for part in value.split(os.pathsep) if part)
            return tuple(path.resolve() for path in paths if path.is_dir())
    raise LeanUnavailable(f"lake env in {folder} says no LEAN_PATH")


def _run(command: Sequence[str], folder: Path | None) -> str:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    # Without a project: not in the current folder, whose lean-toolchain is nobody's wish.
    place = folder or Path.home()
    try:
        done = subprocess.run(
            command,
            cwd=place,
            env=kept,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LeanUnavailable(f"cannot run {command[0]}: {error}") from error
    if done.returncode != 0:
        words = " ".join(done.stderr.decode(errors="replace").split())[-300:]
        raise LeanUnavailable(f"{' '.join(command)} failed: {words or done.returncode}")
    return done.stdout.decode(errors="replace")
