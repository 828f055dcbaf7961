"""LeanDojo's import leaves no traces; each test is a process of its own, for it happens once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from proofloop.core.errors import LeanUnavailable
from proofloop.tools.lean.dojo import live

SCRIPT = """
import json, os, sys
from pathlib import Path
from loguru import logger
lines = []
logger.remove()
logger.add(lines.append, level="DEBUG", format="{message}")
before = dict(os.environ)
from proofloop.tools.lean.dojo.package import load
dojo = load(Path(sys.argv[1]))
logger.info("mine")
import lean_dojo.data_extraction.lean as theirs
import lean_dojo.constants as constants
print(json.dumps({
    "version": dojo.__version__,
    "environment": dict(os.environ) == before,
    "lines": [str(line).strip() for line in lines],
    "token": theirs.GITHUB_ACCESS_TOKEN,
    "cache": str(constants.CACHE_DIR),
    "remote": not constants.DISABLE_REMOTE_CACHE,
    "again": load() is dojo,
}))
"""


def run_python(
    script: str, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.fixture(scope="module")
def imported(
    lean_dojo_package: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any], str]:
    """The home folder, what the process found, and what it said on standard error."""
    home = tmp_path_factory.mktemp("home")
    done = run_python(
        SCRIPT, str(home / "ours"), HOME=str(home), GITHUB_ACCESS_TOKEN="ghp_not_a_real_one"
    )
    assert done.returncode == 0, done.stderr
    return home, json.loads(done.stdout), done.stderr


def test_the_environment_is_as_before_and_the_token_was_not_seen(
    imported: tuple[Path, dict[str, Any], str],
) -> None:
    _, found, _ = imported
    assert found["environment"]
    assert found["token"] is None


def test_the_cache_is_ours_and_nothing_is_fetched_into_it(
    imported: tuple[Path, dict[str, Any], str],
) -> None:
    home, found, _ = imported
    assert found["cache"] == str(home / "ours" / "lean_dojo")
    assert not found["remote"]
    assert not (home / ".cache" / "lean_dojo").exists()


def test_handlers_of_the_application_stay_and_leandojo_is_silent(
    imported: tuple[Path, dict[str, Any], str],
) -> None:
    _, found, stderr = imported
    assert found["lines"] == ["mine"]
    assert "lean_dojo" not in stderr


def test_without_the_package_the_command_that_mends_it_is_named() -> None:
    done = run_python(
        "import importlib.util\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name == 'lean_dojo' else find(name)\n"
        "from proofloop.tools.lean.dojo.package import load\n"
        "try: load()\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    assert done.stdout.strip() == (
        "MissingExtra reading and tracing with LeanDojo needs an optional package:"
        " pip install 'proofloop[lean-dojo]'"
    )


def test_without_git_it_says_so(lean_dojo_package: Path, tmp_path: Path) -> None:
    done = run_python(
        "from proofloop.tools.lean.dojo.package import load\n"
        "try: load()\n"
        "except Exception as error: print(type(error).__name__, error)\n",
        PATH=str(tmp_path),
    )
    assert (
        done.stdout.strip() == "LeanUnavailable LeanDojo needs git, and there is none on the PATH"
    )


def test_tracing_without_lake_says_what_works_anyway(
    lean_dojo_package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert live.obstacle() == (
        "LeanDojo cannot trace here: no 'lake' on the PATH;"
        " traced folders and the benchmark's JSON can be read all the same"
    )


def test_tracing_without_a_network_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("git", "lake", "lean"):
        (tmp_path / command).write_text("#!/bin/sh\n")
        (tmp_path / command).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(live, "GITHUB", ("127.0.0.1", 9))  # nobody listens there
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert live.obstacle().startswith("LeanDojo cannot trace here: no connection to 127.0.0.1")


def test_trace_raises_what_the_obstacle_is(
    lean_dojo_package: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(live, "obstacle", lambda: "LeanDojo cannot trace here: no reason")
    with pytest.raises(LeanUnavailable, match="no reason"):
        live.trace(tmp_path)
