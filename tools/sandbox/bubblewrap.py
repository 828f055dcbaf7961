"""Command lines that run a program in a namespace of its own, by bubblewrap (``bwrap``).

The program sees the system's libraries, the folders it is given, a private ``/tmp`` and no more:
no home folder, no network, no process but its own, no variable but those named. It dies with the
process that started it. Where there is no working bubblewrap only the limits and the cleared
environment are left; ``isolation`` says which of the two it is.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pydantic import Field

from proofloop.core.model import Frozen
from proofloop.tools.sandbox import launch
from proofloop.tools.sandbox.seccomp import threads_only

# What programs need to start at all; absent ones are left out. Of /etc only what finds libraries.
SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/nix/store",
)
SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin"
MB = 2**20


class SandboxLimits(Frozen):
    """Of one program in the sandbox; None is no limit.

    ``memory_mb`` bounds the data of each process (heap, stacks, anonymous mappings; not files
    mapped to read, such as Lean's libraries), ``address_mb`` all of its address space.
    ``processes`` 0 allows threads but no other process; a larger number is RLIMIT_NPROC, which
    does not bind root. ``temporary_mb`` bounds the private ``/tmp``, ``file_mb`` any one file."""

    cpu_seconds: int | None = Field(default=None, ge=1)
    memory_mb: int | None = Field(default=None, ge=1)
    address_mb: int | None = Field(default=None, ge=1)
    file_mb: int = Field(default=64, ge=0)
    temporary_mb: int = Field(default=256, ge=1)
    processes: int = Field(default=0, ge=0)

    def resources(self) -> dict[str, int]:
        """By the names of the module ``resource``."""
        limits = {"RLIMIT_FSIZE": self.file_mb * MB, "RLIMIT_CORE": 0}
        if self.cpu_seconds is not None:
            limits["RLIMIT_CPU"] = self.cpu_seconds
        if self.memory_mb is not None:
            limits["RLIMIT_DATA"] = self.memory_mb * MB
        if self.address_mb is not None:
            limits["RLIMIT_AS"] = self.address_mb * MB
        if self.processes:
            limits["RLIMIT_NPROC"] = self.processes
        return limits


class Sandbox(Frozen):
    """What a program may see: ``readable`` and ``writable`` files and folders appear at their own
    places, ``variables`` are its whole environment (PATH apart, unless it is among them)."""

    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    variables: dict[str, str] = Field(default_factory=dict)
    folder: Path | None = None
    limits: SandboxLimits = SandboxLimits()

    def command(self, program: Sequence[str]) -> list[str]:
        """The command line that runs ``program`` in this sandbox; its environment is the
        sandbox's, whatever the caller's is. Without bubblewrap: with the limits alone."""
        bwrap = bubblewrap().path
        variables = {"PATH": SEARCH_PATH, **self.variables}
        filter_, at = b"", 0
        if bwrap:
            words = [bwrap, *self._namespace(variables)]
            filter_ = threads_only() if self.limits.processes == 0 else b""
            if filter_:
                words += ["--seccomp", ""]
                at = len(words) - 1
            words += ["--", *program]
        else:
            words = ["env", "-i", *(f"{name}={value}" for name, value in variables.items())]
            words += [*(["-C", str(self.folder)] if self.folder else []), *program]
        plan = {
            "limits": self.limits.resources(),
            "filter": base64.b64encode(filter_).decode(),
            "filter_at": at,
            "command": words,
        }
        return [sys.executable, "-I", "-S", str(Path(launch.__file__)), json.dumps(plan)]

    def _namespace(self, variables: dict[str, str]) -> list[str]:
        words = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
        for name, value in variables.items():
            words += ["--setenv", name, value]
        for path in SYSTEM:
            words += ["--ro-bind-try", path, path]
        words += ["--proc", "/proc", "--dev", "/dev"]
        # What can be written is memory, so each of these has its size and the rest is closed.
        for path in ("/tmp", "/dev/shm"):
            words += ["--size", str(self.limits.temporary_mb * MB), "--tmpfs", path]
        for place in self.readable:
            words += ["--ro-bind", str(place), str(place)]
        for place in self.writable:
            words += ["--bind", str(place), str(place)]
        words += ["--remount-ro", "/dev", "--remount-ro", "/"]
        return [*words, "--chdir", str(self.folder or "/tmp")]


class Bubblewrap(Frozen):
    """``path`` is empty where it does not work; ``problem`` then says why in one line."""

    path: str = ""
    problem: str = ""

    @property
    def isolation(self) -> str:
        return "bubblewrap" if self.path else "none"


@cache
def bubblewrap() -> Bubblewrap:
    """The bubblewrap of this machine, tried once: it may be there and not be allowed to work."""
    path = shutil.which("bwrap")
    if path is None:
        return Bubblewrap(problem="bubblewrap (bwrap) is not installed")
    trial = [path, "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--proc", "/proc"]
    try:
        done = subprocess.run([*trial, "true"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Bubblewrap(problem=f"bubblewrap does not start: {error}")
    if done.returncode != 0:
        words = " ".join(done.stderr.decode(errors="replace").split())
        return Bubblewrap(problem=f"bubblewrap is not allowed to work here: {words}")
    return Bubblewrap(path=path)
