"""Finding a toolchain and what a project adds to it, with a `lean` and a `lake` that really run."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofloop.core.errors import LeanUnavailable
from proofloop.core.settings import LeanSettings, load_settings
from proofloop.session import open_lean
from proofloop.tools.lean.embedded.install import PreparedLean
from proofloop.tools.lean.native.backend import NativeLean
from proofloop.tools.lean.native.compile import link, read_sources
from proofloop.tools.lean.native.toolchain import find_toolchain
from support.wrapped import write_toolchain

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def lean_command(tmp_path_factory: pytest.TempPathFactory, prepared_lean: PreparedLean) -> Path:
    return write_toolchain(tmp_path_factory.mktemp("toolchain") / "bin", prepared_lean)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "lakefile.toml").write_text('name = "mine"\n')
    (tmp_path / ".lake" / "build" / "lib" / "lean").mkdir(parents=True)
    return tmp_path


def test_a_program_that_is_named_is_the_toolchain(lean_command: Path) -> None:
    found = find_toolchain(str(lean_command))
    assert (found.lean, found.version, found.name) == (lean_command, "4.28.0", "native")
    assert found.sysroot.is_dir()
    assert found.search_path == ()


def test_the_programs_on_the_path_and_of_elan_are_found(
    lean_command: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{lean_command.parent}:/usr/bin:/bin")
    assert find_toolchain().lean == lean_command
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("ELAN_HOME", str(tmp_path))
    (tmp_path / "bin").symlink_to(lean_command.parent)
    assert find_toolchain().lean == tmp_path / "bin" / "lean"


def test_a_machine_without_lean_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("ELAN_HOME", str(tmp_path))
    with pytest.raises(LeanUnavailable, match="install elan"):
        find_toolchain()
    with pytest.raises(LeanUnavailable, match="no program /no/lean"):
        find_toolchain("/no/lean")
    with pytest.raises(LeanUnavailable, match="says no version"):
        find_toolchain("/bin/echo")


def test_a_project_adds_the_folders_that_lake_names(lean_command: Path, project: Path) -> None:
    found = find_toolchain(str(lean_command), project)
    assert found.search_path == (project / ".lake" / "build" / "lib" / "lean",)
    assert found.name == f"native ({project.name})"


def test_a_folder_without_a_lakefile_is_no_project(lean_command: Path, tmp_path: Path) -> None:
    with pytest.raises(LeanUnavailable, match="has no lakefile"):
        find_toolchain(str(lean_command), tmp_path)


def test_a_project_or_a_command_chooses_the_native_backend(project: Path) -> None:
    assert LeanSettings().backend_name == "embedded"
    assert LeanSettings(command="lean").backend_name == "native"
    assert LeanSettings(backend="embedded", project=project).backend_name == "embedded"
    chosen = open_lean(load_settings({"lean": {"project": project, "workers": 3}}))
    assert isinstance(chosen, NativeLean)
    assert chosen.workers == 3


def test_linked_sources_are_one_module_with_the_imports_from_outside(tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    (tmp_path / "A.lean").write_text("import A.B\nimport Lean\ndef a := b\n")
    (tmp_path / "A" / "B.lean").write_text("import Std\ndef b := 1\n")
    sources = read_sources(tmp_path, "A")
    assert list(sources) == ["A.B", "A"]
    text = link(sources)
    assert [line for line in text.splitlines() if line.startswith("import")] == [
        "import Lean",
        "import Std",
    ]
    assert text.index("def b") < text.index("def a")
