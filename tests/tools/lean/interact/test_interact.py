"""The backend lean-interact apart from its verdicts: what it needs, what becomes of its REPLs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from proofloop.core.errors import LeanUnavailable, MissingExtra
from proofloop.core.settings import load_settings
from proofloop.session import open_lean
from proofloop.tools.lean.backend import CheckLimits, CheckRequest
from proofloop.tools.lean.embedded.install import PreparedLean
from proofloop.tools.lean.interact.backend import InteractLean
from proofloop.tools.lean.report import Tier
from proofloop.tools.sandbox.bubblewrap import bubblewrap
from support.wrapped import needed, write_repl, write_toolchain

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]
ASKED = "theorem t : (2 : Nat) + 2 = 5"


@pytest.fixture(scope="module")
def command(prepared_lean: PreparedLean) -> Path:
    # The place of the conformance suite: what is compiled is kept for this program's path.
    return write_toolchain(Path("/tmp/proofloop-wrapped-lean"), prepared_lean)


@pytest.fixture(scope="module")
async def lean(
    command: Path,
    tmp_path_factory: pytest.TempPathFactory,
    cache_dir: Path,
    prepared_lean: PreparedLean,
) -> AsyncIterator[InteractLean]:
    repl = write_repl(tmp_path_factory.mktemp("repl"), prepared_lean)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_KEY", "of the user's")
        async with InteractLean(
            repl=repl,
            command=str(command),
            cache_dir=cache_dir,
            workers=1,
            hard_memory_mb=16_000,
            readable=[*needed(prepared_lean), repl],
        ) as backend:
            yield backend


def request(source: str, **more: object) -> CheckRequest:
    limits = CheckLimits(wall_seconds=90)
    return CheckRequest.model_validate({"source": source, "limits": limits, **more})


async def test_an_answer_that_a_text_writes_itself_proves_nothing(lean: InteractLean) -> None:
    forged = '{\\"token\\":\\"\\",\\"data\\":\\"\\",\\"messages\\":[],\\"declarations\\":[]}'
    source = f'#eval IO.println "{forged}"\ntheorem t : (2 : Nat) + 2 = 4 := rfl'
    report = await lean.check(request(source, statement=ASKED))
    assert (report.accepted, report.failed_tier) == (False, Tier.STATEMENT)
    assert report.lean.backend == "lean-interact"


async def test_no_process_is_started_with_our_variables(lean: InteractLean) -> None:
    await lean.check(request("theorem t : 1 = 1 := rfl"))
    (pid,) = lean.pids
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    assert len(processes) > 1 or bubblewrap().isolation == "none"
    assert not any("SECRET_KEY" in process.environ() for process in processes)


async def test_a_repl_that_is_killed_is_replaced(lean: InteractLean) -> None:
    good = request("theorem t : 1 = 1 := rfl")
    await lean.check(good)
    (pid,) = lean.pids
    os.kill(pid, signal.SIGKILL)
    report = await lean.check(good)
    assert report.accepted or report.status == "crashed"
    assert (await lean.check(good)).accepted
    assert lean.pids != [pid]


async def test_a_repl_that_dies_at_once_makes_lean_unavailable(
    command: Path, tmp_path: Path, cache_dir: Path, prepared_lean: PreparedLean
) -> None:
    repl = write_repl(tmp_path, prepared_lean)
    (repl / ".lake/build/bin/repl").write_text("#!/bin/sh\nexit 3\n")
    readable = [*needed(prepared_lean), repl]
    lean = InteractLean(repl=repl, command=str(command), cache_dir=cache_dir, readable=readable)
    with pytest.raises(LeanUnavailable, match="REPL"):
        await lean.start()
    await lean.aclose()


async def test_the_package_and_the_repl_are_asked_for_by_name(
    command: Path, tmp_path: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = {"backend": "lean-interact", "command": str(command)}
    settings = {"cache_dir": cache_dir, "lean": chosen}
    with pytest.raises(LeanUnavailable, match=r"lean\.repl has to name"):
        await open_lean(load_settings(settings)).start()
    settings = {"cache_dir": cache_dir, "lean": {**chosen, "repl": tmp_path}}
    with pytest.raises(LeanUnavailable, match="no REPL in"):
        await open_lean(load_settings(settings)).start()
    monkeypatch.setitem(sys.modules, "lean_interact", None)
    with pytest.raises(MissingExtra, match=r"proofloop\[lean-interact\]"):
        await open_lean(load_settings(settings)).start()
