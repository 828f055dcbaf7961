from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from proofloop.tools.lean.embedded.prepare import prepare


def archive_of(members: dict[str, bytes | str]) -> bytes:
    """A .tar.gz; a text is the target of a symbolic link."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, content in members.items():
            member = tarfile.TarInfo(path)
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def package_of(tmp_path: Path, library: dict[str, bytes | str]) -> Path:
    path = tmp_path / "package.tgz"
    path.write_bytes(archive_of({"package/lean-lib.tar.gz": archive_of(library)}))
    return path


@pytest.mark.parametrize("path", ["../Init.olean", "Init/../../x.olean", "/Init.olean"])
def test_path_that_leaves_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    package = package_of(tmp_path, {path: b"olean"})
    target = tmp_path / "a" / "b"
    target.mkdir(parents=True)
    with pytest.raises(ValueError, match="unsafe path"):
        prepare(package, target)
    assert not list(tmp_path.rglob("*.olean"))


def test_only_the_libraries_modules_are_unpacked(tmp_path: Path) -> None:
    package = package_of(
        tmp_path,
        {
            "./Init.olean": b"init",
            "./Init/Core.olean": b"core",
            "./._Init.olean": b"AppleDouble",
            "./Init/._Core.olean": b"AppleDouble",
            "./Init/notes.txt": b"text",
            "./Init/Link.olean": "/etc/passwd",
            "./Lake/Build.olean": b"lake",
        },
    )
    target = tmp_path / "prepared"
    target.mkdir()
    with pytest.raises(ValueError, match=r"lacks lean\.js"):
        prepare(package, target)
    library = target / "lib" / "lean"
    found = {str(path.relative_to(library)): path.read_bytes() for path in library.rglob("*.*")}
    assert found == {"Init.olean": b"init", "Init/Core.olean": b"core"}
