"""A native Lean over a Lake project, whole: its modules, its sandbox, its losses."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.embedded.install import PreparedLean
from proofloop.tools.lean.native.backend import NativeLean
from proofloop.tools.sandbox.bubblewrap import bubblewrap
from support.wrapped import needed, write_toolchain

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]
TRUE = "theorem t (a b : Nat) : a + b = b + a := by omega"


@pytest.fixture(scope="module")
async def lean(
    tmp_path_factory: pytest.TempPathFactory, cache_dir: Path, prepared_lean: PreparedLean
) -> AsyncIterator[NativeLean]:
    # The place of the conformance suite: what is compiled is kept for this program's path.
    command = write_toolchain(Path("/tmp/proofloop-wrapped-lean"), prepared_lean)
    project = tmp_path_factory.mktemp("project")
    (project / "lakefile.toml").write_text('name = "mine"\n')
    (project / "Mine.lean").write_text("def mine : Nat := 1\naxiom ours : mine = 2\n")
    compiled = project / ".lake" / "build" / "lib" / "lean"
    compiled.mkdir(parents=True)
    words = [str(command), "-o", str(compiled / "Mine.olean"), "Mine.lean"]
    await asyncio.to_thread(subprocess.run, words, cwd=project, check=True, timeout=300)
    async with NativeLean(
        command=str(command),
        project=project,
        cache_dir=cache_dir,
        workers=1,
        hard_memory_mb=16_000,
        readable=needed(prepared_lean),
    ) as backend:
        yield backend


def request(source: str, **more: object) -> CheckRequest:
    limits = CheckLimits(wall_seconds=90)
    return CheckRequest.model_validate({"source": source, "limits": limits, **more})


async def test_modules_of_the_project_are_imported_as_written(lean: NativeLean) -> None:
    report = await lean.check(request("import Mine\ntheorem t : mine = 1 := rfl"))
    assert (report.accepted, report.reason) == (True, "")
    report = await lean.check(request("theorem t : mine = 1 := rfl"))
    assert not report.accepted


async def test_axioms_of_the_project_are_axioms(lean: NativeLean) -> None:
    report = await lean.check(request("import Mine\ntheorem t : mine = 2 := ours"))
    assert (report.accepted, report.reason) == (False, "theorem t uses axiom ours")


async def test_the_verdict_names_toolchain_and_isolation(lean: NativeLean) -> None:
    version = (await lean.check(request(TRUE))).lean
    assert version.version == "4.28.0"
    assert version.backend.startswith("native (project")
    assert version.isolation == bubblewrap().isolation


@pytest.mark.skipif(not bubblewrap().path, reason=bubblewrap().problem or "bwrap")
async def test_a_text_reads_no_file_and_writes_none(lean: NativeLean, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("words that nobody may read")
    out = tmp_path / "out"
    report = await lean.check(
        request(f'#eval IO.FS.readFile "{secret}"\n#eval IO.FS.writeFile "{out}" "x"\n')
    )
    assert "words that nobody" not in " ".join(message.text for message in report.messages)
    assert len(report.errors) == 2
    assert not out.exists()


async def test_a_process_killed_while_idle_costs_no_check(lean: NativeLean) -> None:
    assert (await lean.check(request(TRUE))).accepted
    for pid in lean.pids:
        os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(1)
    assert (await lean.check(request(TRUE))).accepted
