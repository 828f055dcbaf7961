"""The process that does algebra for a run: one for all questions, replaced when it has to be."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest

from proofloop.tools.answers.algebra import Algebra, TooHard
from proofloop.tools.answers.same import AnswerLimits, SameAnswers
from proofloop.tools.answers.shapes import Tree
from proofloop.tools.sandbox.bubblewrap import bubblewrap
from proofloop.tools.sandbox.lines import LineProcess

X: Tree = ("name", "x")
TWICE: Tree = ("+", X, X)
DOUBLE: Tree = ("*", ("num", "2"), X)
SUM: Tree = ("+", ("+", X, ("name", "y")), ("+", ("name", "z"), ("num", "1")))
# The same at every point, and told only when millions of terms are multiplied out.
LONG: Tree = ("*", ("num", "2"), ("^", SUM, ("num", "400")))
LONGER: Tree = ("*", ("+", SUM, SUM), ("^", SUM, ("num", "399")))


async def ask(algebra: Algebra, a: Tree, b: Tree, seconds: float = 5.0) -> bool | None:
    return await algebra.ask("same", a, b, seconds=seconds, wall_seconds=60)


async def test_one_process_answers_for_a_whole_run_and_no_question_twice() -> None:
    async with Algebra() as algebra:
        comparison = SameAnswers(algebra=algebra)
        for _ in range(3):
            assert await comparison.classes(["sqrt 8", "x", "2 sqrt 2", "x + x - x"]) == [
                [0, 2],
                [1, 3],
            ]
        await killed(algebra)
        assert await comparison.same("2 sqrt 2", "sqrt 8") is True
        assert algebra.started == 1


async def killed(algebra: Algebra) -> None:
    """The one process that waits, killed from outside."""
    (process,) = algebra._idle
    os.kill(process.pid, signal.SIGKILL)
    async with asyncio.timeout(20):
        await process.over()


async def test_what_dies_or_runs_out_of_time_is_replaced() -> None:
    async with Algebra() as algebra:
        assert await ask(algebra, TWICE, DOUBLE) is True
        await killed(algebra)
        assert await ask(algebra, TWICE, ("num", "1")) is False
        assert algebra.started == 2
        assert await ask(algebra, LONG, LONGER, seconds=0.3) is None
        assert await ask(algebra, DOUBLE, ("num", "3")) is False
        assert algebra.started == 3


async def test_one_that_is_too_slow_is_given_up_and_who_is_cancelled_leaves_no_answer() -> None:
    async with Algebra(width=1) as algebra:
        assert await ask(algebra, TWICE, DOUBLE) is True
        with pytest.raises(TooHard):
            await algebra.ask("same", LONG, LONGER, seconds=60, wall_seconds=0.2)
        asking = asyncio.create_task(ask(algebra, LONG, LONGER, seconds=60))
        await asyncio.sleep(0.1)  # wherever it is then, its answer belongs to nobody
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await ask(algebra, X, DOUBLE) is False


async def test_a_call_without_time_of_its_own_leaves_the_process_to_others() -> None:
    async with Algebra() as algebra:
        hasty = SameAnswers(AnswerLimits(call_seconds=0.0), algebra=algebra)
        assert await hasty.same("sqrt 8", "2 sqrt 2") is None
        assert await SameAnswers(algebra=algebra).same("sqrt 8", "2 sqrt 2") is True


PROBE = """
import json, os, socket, sys
asked = json.loads(sys.stdin.readline())

def tried(act):
    try:
        act()
    except BaseException as error:
        return type(error).__name__
    return "done"

print(json.dumps({
    "write": tried(lambda: os.write(os.open("/tmp/made", os.O_CREAT | os.O_WRONLY), b"x")),
    "beside": tried(lambda: open(__file__, "a")),
    "network": tried(lambda: socket.create_connection(("127.0.0.1", asked["port"]), 2)),
    "process": tried(os.fork),
}), flush=True)
"""


@pytest.mark.skipif(not bubblewrap().path, reason="no working bubblewrap")
async def test_it_can_neither_write_a_file_nor_reach_a_network(tmp_path: Path) -> None:
    script = tmp_path / "probe.py"
    script.write_text(PROBE)
    with socket.create_server(("127.0.0.1", 0)) as server:
        first = {"port": server.getsockname()[1]}
        process = await LineProcess.start(script, first, Algebra().limits)
        said = await process.receive()
    await process.end()
    assert said is not None
    assert said["write"] in ("OSError", "PermissionError")
    assert said["beside"] in ("OSError", "PermissionError")
    assert said["network"] in ("ConnectionRefusedError", "OSError", "TimeoutError")
    assert said["process"] in ("PermissionError", "OSError")
