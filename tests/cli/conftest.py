"""Commands run as users run them: whole processes, their own settings."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Proofloop = Callable[..., "subprocess.CompletedProcess[str]"]


def clean_environment(folder: Path) -> dict[str, str]:
    """This process's environment without settings and keys; the Lean cache is shared."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PROOFLOOP_", "OPENAI_")) or name == "PROOFLOOP_CACHE_DIR"
    }
    return kept | {"XDG_CONFIG_HOME": str(folder / "config"), "PYTHONUTF8": "1", "COLUMNS": "200"}


@pytest.fixture
def proofloop(tmp_path: Path) -> Proofloop:
    def run(
        *arguments: str, stdin: str | bytes = "", timeout: float = 60, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "proofloop", *arguments],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            timeout=timeout,
            cwd=tmp_path,
            env=clean_environment(tmp_path) | environment,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run
