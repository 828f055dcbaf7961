"""The embedded Lean behind the commands of a native toolchain, ``lean`` and ``lake``."""

from __future__ import annotations

import json
import shlex
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile

from proofloop.tools.lean.embedded.install import PreparedLean
from proofloop.tools.lean.embedded.node import find_node

WRAPPED = Path(__file__).with_name("wrapped_lean")
HOST = Path(str(files("proofloop.lean"))) / "host"

LAKE = """#!/bin/sh
[ "$1" = env ] || exit 1
echo "LEAN_PATH=.lake/build/lib/lean:.lake/packages/absent/.lake/build/lib/lean"
echo "LEAN_SYSROOT=somewhere"
"""


def write_toolchain(folder: Path, prepared: PreparedLean) -> Path:
    """The program ``lean`` in ``folder``, which is made; ``lake`` is beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    config = json.dumps({"host": str(HOST), "prepared": str(prepared.path)})
    words = [str(find_node().path), str(WRAPPED / "main.js")]
    script = (
        "#!/bin/sh\n"
        f"export PROOFLOOP_WRAPPED={shlex.quote(config)}\n"
        f'exec {shlex.join(words)} "$@"\n'
    )
    for name, text in (("lean", script), ("lake", LAKE)):
        write_program(folder / name, text)
    return folder / "lean"


def write_program(path: Path, text: str) -> None:
    """In one step: tests in another process may be running what is there."""
    with NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).chmod(0o755)
    Path(file.name).replace(path)


def write_repl(folder: Path, prepared: PreparedLean) -> Path:
    """A REPL's folder over the same Lean, as lean-interact takes it."""
    program = folder / ".lake" / "build" / "bin" / "repl"
    lean = write_toolchain(program.parent, prepared)
    write_program(program, f'#!/bin/sh\nexec {shlex.quote(str(lean))} --repl "$@"\n')
    (folder / "lean-toolchain").write_text("leanprover/lean4:v4.28.0\n")
    return folder


def needed(prepared: PreparedLean) -> tuple[Path, ...]:
    """What the program reads besides the library: its sandbox has to show it."""
    node = find_node().path.resolve()
    own = () if node.is_relative_to("/usr") else (node.parent.parent,)
    return (prepared.path, HOST, WRAPPED, *own)
