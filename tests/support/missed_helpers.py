"""What lean/host/helpers.js should hold, for when the Lean sources have changed; takes two minutes.

PYTHONPATH=tests python -m support.missed_helpers > helpers.js && mv helpers.js lean/host/
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import platformdirs

from proofloop.tools.lean.embedded.install import ensure_installed
from proofloop.tools.lean.embedded.node import find_node
from proofloop.tools.lean.native.compile import SERVER, link, read_sources
from support.lean_host import HOST

SCRIPT = Path(__file__).with_name("missed_helpers.js")
HEAD = """\
'use strict';
/**
 * Helpers of the library that the code generator misses (repair.js) in the sources that are linked
 * into one module: declared beforehand, none of them costs an elaboration of the command that asks
 * for it, which was two thirds of the time. Names that are not here are mended as they come.
 *
 * Written by `python -m support.missed_helpers`.
 */

const HELPERS = `
"""
TAIL = """
`.trim().split('\\n');

module.exports = { HELPERS };"""


def missed(prepared: Path) -> list[str]:
    native = HOST.parent / "native"
    sources = read_sources(HOST.parent / "probes", "ProofloopProbes") | read_sources(native, SERVER)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{SERVER}.lean"
        source.write_text(link(sources), encoding="utf-8")
        words = [str(find_node().path), str(SCRIPT), str(HOST), str(prepared), str(source)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[:-1]


if __name__ == "__main__":
    names = missed(ensure_installed(platformdirs.user_cache_path("proofloop")).path)
    print(HEAD + "\n".join(names) + TAIL)
