"""Our Lean sources compiled by the user's toolchain, once, into the cache folder.

The folder's name is a hash of the toolchain and of the sources, so another version of either is
compiled beside it. The sources are ours and trusted: the compiler runs outside of the sandbox.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

from filelock import FileLock

from proofloop.core.errors import LeanUnavailable
from proofloop.tools.lean.native.toolchain import Toolchain

LEAN = Path(str(files("proofloop.lean")))
SERVER = "ProofloopNative"
REPL = "ProofloopRepl"
PRELUDE = "Proofloop"
PROGRAMS = ("CheckServer.lean", "TrustServer.lean")
COMPILE_SECONDS = 900.0  # of one module
FORMAT = "1"  # another one when what was compiled before would no longer do
_IMPORT = re.compile(r"^import\s+(\S+)\s*$", re.MULTILINE)

Progress = Callable[[str, float], None]


def server_folder(toolchain: Toolchain, cache: Path, progress: Progress) -> Path:
    """The folder with the servers' compiled module and their programs. Raises LeanUnavailable when
    this version of Lean does not take them."""
    sources = read_sources(LEAN / "probes", "ProofloopProbes")
    sources |= read_sources(LEAN / "native", SERVER)
    programs = {name: (LEAN / "native" / name).read_text(encoding="utf-8") for name in PROGRAMS}
    linked = {SERVER: link(sources)}
    folder = _compiled(toolchain, cache, "server", linked, progress)
    for name, text in programs.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def repl_folder(toolchain: Toolchain, server: Path, cache: Path, progress: Progress) -> Path:
    """The folder with the module that answers the servers' requests in a REPL; it imports theirs,
    which is in ``server``. Raises LeanUnavailable."""
    text = (LEAN / "native" / f"{REPL}.lean").read_text(encoding="utf-8")
    return _compiled(toolchain, cache, "repl", {REPL: text}, progress, beside=server)


def prelude_folder(toolchain: Toolchain, cache: Path, progress: Progress) -> Path:
    """The folder with the compiled prelude. Raises LeanUnavailable when this version of Lean does
    not take it."""
    sources = read_sources(LEAN / "prelude", PRELUDE)
    return _compiled(toolchain, cache, "prelude", sources, progress)


def read_sources(folder: Path, root: str) -> dict[str, str]:
    """Module name to text, of ``root``.lean and of what is below ``root``/; each module after
    those that it imports."""
    paths = [folder / f"{root}.lean", *sorted((folder / root).rglob("*.lean"))]
    texts = {
        ".".join(path.relative_to(folder).with_suffix("").parts): path.read_text(encoding="utf-8")
        for path in paths
    }
    ordered: dict[str, str] = {}

    def place(module: str) -> None:
        if module in texts and module not in ordered:
            for imported in _IMPORT.findall(texts[module]):
                place(imported)
            ordered[module] = texts[module]

    for module in texts:
        place(module)
    return ordered


def link(sources: Mapping[str, str]) -> str:
    """The sources as one module: it compiles faster than many, and there is one name to import."""
    outside = {
        imported
        for text in sources.values()
        for imported in _IMPORT.findall(text)
        if imported not in sources
    }
    parts = [f"import {module}" for module in sorted(outside)]
    for module, text in sources.items():
        parts.append(f"-- {module}\nsection\n{_IMPORT.sub('', text).strip()}\nend")
    return "\n\n".join(parts) + "\n"


def _compiled(
    toolchain: Toolchain,
    cache: Path,
    kind: str,
    sources: Mapping[str, str],
    progress: Progress,
    *,
    beside: Path | None = None,
) -> Path:
    words = [
        FORMAT,
        *([beside.name] if beside else []),
        toolchain.version,
        str(toolchain.lean),
        *(f"{m}\0{t}" for m, t in sources.items()),
    ]
    key = hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]
    place = cache / "native" / f"{kind}-{toolchain.version}-{key}"
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        return place
    with FileLock(place.parent / f"{place.name}.lock"):
        if not place.is_dir():
            work = Path(tempfile.mkdtemp(dir=place.parent, prefix=".tmp-"))
            try:
                for number, (module, text) in enumerate(sources.items()):
                    progress(
                        f"compiling the {kind} for Lean {toolchain.version}", number / len(sources)
                    )
                    _compile(toolchain, work, module, text, beside)
                work.rename(place)
            finally:
                shutil.rmtree(work, ignore_errors=True)
    return place


def _compile(
    toolchain: Toolchain, folder: Path, module: str, text: str, beside: Path | None
) -> None:
    source = folder.joinpath(*module.split(".")).with_suffix(".lean")
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text, encoding="utf-8")
    relative = str(source.relative_to(folder))
    search = ":".join(str(path) for path in (folder, beside) if path)
    command = [
        str(toolchain.lean),
        "-R",
        str(folder),
        "-o",
        str(source.with_suffix(".olean")),
        relative,
    ]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "LEAN_PATH": search},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMPILE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LeanUnavailable(f"cannot compile {module} with {toolchain.lean}: {error}") from error
    if done.returncode != 0:
        said = (done.stdout + done.stderr).decode(errors="replace")
        wrong = [line for line in said.splitlines() if "error" in line] or said.splitlines()
        raise LeanUnavailable(
            f"Lean {toolchain.version} does not compile {module}: {' '.join(wrong[:1])[:300]}"
        )
