"""Commands run as users run them, in processes of their own, or in this process with its warm Lean:
all of a command but the start of Python and of Lean."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from proofloop.cli import main, output
from proofloop.tools.lean.embedded import backend
from support.shared_lean import SharedLean

Completed = subprocess.CompletedProcess[str]


def clean_environment(folder: Path) -> dict[str, str]:
    """This process's environment without settings and keys; the Lean cache is shared."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PROOFLOOP_", "OPENAI_")) or name == "PROOFLOOP_CACHE_DIR"
    }
    return kept | {"XDG_CONFIG_HOME": str(folder / "config"), "PYTHONUTF8": "1", "COLUMNS": "200"}


def run_process(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    stdin: bytes,
    timeout: float,
) -> Completed:
    done = subprocess.run(
        [sys.executable, "-m", "proofloop", *arguments],
        input=stdin,
        capture_output=True,
        timeout=timeout,
        cwd=folder,
        env=environment,
        check=False,
    )
    return Completed(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def run_here(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    stdin: bytes,
    lean: SharedLean,
) -> Completed:
    """What a command would open as its embedded Lean is ``lean``. An error that ``main`` does not
    expect is raised, where a process would print a traceback."""

    def opened(**settings: Any) -> SharedLean:
        return lean

    streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8") for name in ("stdout", "stderr")}
    code: object = 0
    with (
        pytest.MonkeyPatch.context() as patch,
        mock.patch.dict(os.environ, environment, clear=True),
    ):
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["proofloop", *arguments])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        patch.setattr(backend, "EmbeddedLean", opened)
        for console in (output.console, output.notes):
            console.cache_clear()  # made anew, as wide as this environment says
        try:
            main()
        except SystemExit as end:
            code = end.code
    for console in (output.console, output.notes):
        console.cache_clear()
    said = []
    for stream in streams.values():
        stream.flush()
        said.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return Completed(["proofloop", *arguments], code if isinstance(code, int) else 1, *said)
