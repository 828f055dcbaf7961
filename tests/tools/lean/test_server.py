"""How the client survives a supervisor that misbehaves, played by a scripted stand-in."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from proofloop.core.errors import LeanUnavailable
from proofloop.tools.lean.embedded.server import LeanServer
from support.clock import let_pass, until, wait_until

SCRIPT = Path(__file__).parents[2] / "support" / "scripted_supervisor.py"
COMMAND = (sys.executable, "-S", str(SCRIPT))


@asynccontextmanager
async def scripted(**settings: Any) -> AsyncIterator[LeanServer]:
    server = LeanServer(COMMAND, **settings)
    try:
        if "SCRIPTED_START" not in settings.get("variables", {}):
            await server.start()
        yield server
    finally:
        await server.aclose()


async def ask(server: LeanServer, source: str, seconds: float = 5.0) -> dict[str, Any]:
    return await server.request({"op": "check", "source": source}, seconds=seconds)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_requests_run_side_by_side_and_each_gets_its_own_answer() -> None:
    async with scripted() as server:
        sources = [f"together 20 {i}" for i in range(20)]
        answers = await asyncio.gather(*(ask(server, source, 60) for source in sources))
        assert [answer["source"] for answer in answers] == sources


async def test_the_process_sees_no_more_of_our_environment_than_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("NODE_OPTIONS", "--inspect")
    async with scripted(variables={"PROOFLOOP_LEAN_HOST": "{}"}) as server:
        ready = await server.start()
    allowed = {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PROOFLOOP_LEAN_HOST"}
    assert set(ready["environment"]) <= allowed


@pytest.mark.parametrize("crime", ["die", "half", "garbage", "flood"])
async def test_only_the_check_that_kills_the_process_is_lost(crime: str) -> None:
    async with scripted() as server:
        work = [asyncio.create_task(ask(server, f"work 0.{i % 4}")) for i in range(8)]
        queued = [asyncio.create_task(ask(server, "queue 0.2")) for _ in range(4)]
        await asyncio.sleep(0.05)
        culprit = asyncio.create_task(ask(server, crime))
        done = await asyncio.gather(*work, *queued)
        assert {answer["status"] for answer in done} == {"done"}
        answer = await culprit
        assert answer["status"] == "crashed"
        assert (await ask(server, "work 0"))["status"] == "done"


async def test_a_check_that_was_running_is_tried_again_alone(tmp_path: Path) -> None:
    async with scripted() as server:
        file = tmp_path / "died"
        victims = [asyncio.create_task(ask(server, f"later {file}")) for _ in range(3)]
        await until(lambda: len(server._sent) == 3)
        died = await ask(server, f"die-once {file}")
        answers = await asyncio.gather(*victims)
        assert [answer["beside"] for answer in (died, *answers)] == [0] * 4
        assert {answer["status"] for answer in (died, *answers)} == {"done"}
        assert server.restarts == 1


async def test_twenty_checks_in_flight_survive_a_killed_supervisor(tmp_path: Path) -> None:
    file = tmp_path / "killed"
    async with scripted() as server:
        checks = [asyncio.create_task(ask(server, f"queue 0.{i}")) for i in range(2, 10)]
        checks += [asyncio.create_task(ask(server, f"later {file}")) for _ in range(12)]
        await asyncio.sleep(0.05)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        file.touch()
        answers = await asyncio.gather(*checks)
        assert [answer["status"] for answer in answers] == ["done"] * 20
        assert {answer["pid"] for answer in answers[8:]} == {server.pid}


async def test_a_supervisor_that_stops_answering_is_replaced() -> None:
    async with scripted(slack_seconds=0.3) as server:
        frozen = asyncio.create_task(ask(server, "freeze", seconds=0.2))
        await asyncio.sleep(0.05)
        other = asyncio.create_task(ask(server, "queue 0", seconds=0.2))
        assert (await other)["status"] == "done"
        assert (await frozen)["status"] == "crashed"


async def test_a_lost_check_is_noticed_while_the_others_go_on() -> None:
    async with scripted(slack_seconds=0.3) as server:
        lost = asyncio.create_task(ask(server, "hang", seconds=0.2))
        while not lost.done():
            assert (await ask(server, "work 0.05", seconds=60))["status"] == "done"
        assert lost.result()["status"] == "crashed"


async def test_messages_about_nobody_are_ignored() -> None:
    async with scripted() as server:
        assert (await ask(server, "noise"))["status"] == "done"
        assert server.restarts == 0


async def test_cancelling_the_caller_cancels_the_request() -> None:
    async with scripted() as server:
        check = asyncio.create_task(ask(server, "work 30"))
        await asyncio.sleep(0.1)
        check.cancel()
        with pytest.raises(asyncio.CancelledError):
            await check
        await until(lambda: not server._sent)
        assert (await ask(server, "work 0"))["beside"] == 0
        assert server.restarts == 0


async def test_a_cancelled_check_is_not_tried_again_after_a_crash(tmp_path: Path) -> None:
    async with scripted() as server:
        check = asyncio.create_task(ask(server, f"work 30 {tmp_path}"))
        await asyncio.sleep(0.2)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        check.cancel()
        assert (await ask(server, "work 0"))["beside"] == 0


async def test_an_idle_process_that_dies_is_replaced_at_the_next_check() -> None:
    async with scripted() as server:
        pids = set()
        for _ in range(5):
            pids.add((await ask(server, "work 0"))["pid"])
            assert server.pid is not None
            os.kill(server.pid, signal.SIGKILL)
            await until(lambda: server.pid is None)
        assert len(pids) == 5


async def test_a_process_that_keeps_dying_is_reported() -> None:
    async with scripted() as server:
        with pytest.raises(LeanUnavailable, match="died 3 times in a row: scripted death"):
            await ask(server, "die-queued")
        assert (await ask(server, "work 0"))["status"] == "done"


@pytest.mark.parametrize(
    ("start", "error"),
    [
        ("fatal", "no memory for Lean"),
        ("die", "died 3 times in a row: died while starting"),
        ("hang", "did not start in 200 s"),
        ("talk", "died 3 times in a row"),
    ],
)
async def test_a_process_that_does_not_start_is_reported(start: str, error: str) -> None:
    settings = {"variables": {"SCRIPTED_START": start}, "start_seconds": 200}
    async with scripted(**settings) as server:
        for trial in (server.start(), ask(server, "work 0")):
            trying = asyncio.create_task(trial)
            if start == "hang":
                await asyncio.sleep(0.1)
                let_pass(200)
            with pytest.raises(LeanUnavailable, match=error):
                await trying


async def test_a_start_that_reports_its_progress_may_take_longer() -> None:
    told: list[float] = []

    def hear(stage: str, fraction: float) -> None:
        told.append(fraction)
        let_pass(150)

    variables = {"SCRIPTED_START": "slow"}
    server = LeanServer(COMMAND, variables, start_seconds=200, progress=hear)
    try:
        await server.start()
    finally:
        await server.aclose()
    assert told == [step / 6 for step in range(6)]


async def test_a_missing_program_is_reported() -> None:
    with pytest.raises(LeanUnavailable, match="cannot start /nowhere/node: No such file"):
        await LeanServer(["/nowhere/node"]).start()


async def test_closing_fails_what_is_in_flight_and_leaves_no_process() -> None:
    server = LeanServer(COMMAND)
    await server.start()
    pid = server.pid
    check = asyncio.create_task(ask(server, "work 30"))
    await asyncio.sleep(0.1)
    await server.aclose()
    with pytest.raises(LeanUnavailable, match="closed"):
        await check
    with pytest.raises(LeanUnavailable, match="closed"):
        await ask(server, "work 0")
    assert pid is not None
    assert not alive(pid)


def test_no_process_is_left_behind_when_we_are_killed(tmp_path: Path) -> None:
    program = f"""
import asyncio, pathlib
from proofloop.tools.lean.embedded.server import LeanServer
async def main():
    server = LeanServer({COMMAND!r})
    await server.start()
    pathlib.Path({str(tmp_path / "pid")!r}).write_text(str(server.pid))
    print("up", flush=True)
    await server.request({{"source": "work 600"}}, seconds=600)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        parent.kill()
    pid = int((tmp_path / "pid").read_text())
    wait_until(lambda: not alive(pid))
