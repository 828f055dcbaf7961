"""Graphs that solve, killed with SIGKILL in the middle and started again: nothing asked twice."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from support import solving
from support.clock import wait_until
from support.forked import Forked
from support.openai_server import Call, Hang, Item, Say, ScriptedServer
from support.small_runs import SOLVING, solver_answer


def start(method: str, server: ScriptedServer, folder: Path, key: str = "key") -> Forked:
    folder.mkdir(exist_ok=True)
    options = json.dumps(SOLVING[method])
    return Forked(
        [solving.__file__, method, options, server.base_url, str(folder)],
        environment=os.environ | {"OPENAI_API_KEY": key},
    )


def ended(process: Forked) -> dict[str, Any]:
    said, complaint = process.communicate()
    assert process.returncode == 0, complaint
    return dict(json.loads(said))


def answers_in(journal: Path) -> int:
    lines = journal.read_text().splitlines(keepends=True) if journal.exists() else []
    whole = [json.loads(line) for line in lines if line.endswith("\n")]
    return sum(entry["kind"] == "model" for entry in whole)


def bodies(calls: list[Call]) -> list[str]:
    return [json.dumps(call.body, sort_keys=True) for call in calls]


@pytest.mark.slow
@pytest.mark.parametrize("method", SOLVING)
def test_a_killed_solver_goes_on_without_asking_twice(method: str, tmp_path: Path) -> None:
    with ScriptedServer(solver_answer) as server:
        whole = ended(start(method, server, tmp_path / "whole"))
    asked = bodies(server.calls)
    dead = len(asked) // 2  # from this call on there is no answer until the kill

    hang = [True]
    with ScriptedServer(
        lambda c: Hang() if hang[0] and c.number >= dead else solver_answer(c)
    ) as server:
        process = start(method, server, tmp_path / "killed", "killed")
        assert server.wait_until(lambda calls: len(calls) > dead)
        samples = sum(call.n for call in server.calls[:dead])
        wait_until(lambda: answers_in(tmp_path / "killed" / "journal.jsonl") >= samples)
        process.kill()
        hang[0] = False
        found = ended(start(method, server, tmp_path / "killed", "later"))
    assert found == whole
    # What was answered before the kill and after it is what an undisturbed run asks, no more. By
    # its key, since the server may see a call of the killed one late.
    after = [call for call in server.calls if call.headers["authorization"] == "Bearer later"]
    assert Counter(bodies([*server.calls[:dead], *after])) == Counter(asked)


@pytest.mark.slow
def test_a_stream_that_was_cut_before_the_kill_is_not_streamed_again(tmp_path: Path) -> None:
    roles: list[str] = []
    locked = threading.Event()

    def script(call: Call) -> Item:
        system = str(call.body["messages"][0]["content"])
        roles.append(system[:10])
        if system.startswith("You solve"):
            return Say("6 * 7 is 42.\nAnswer: 42\n" + "Wait, is it so? " * 200, stops=20)
        if system.startswith("You read the work"):
            assert locked.wait(60)
            return Say("Yes", logprobs=False)
        return json.dumps({"first_error": 0})

    with ScriptedServer(script) as server:
        folder = tmp_path / "run"
        process = start("solve_detect_verify", server, folder)
        assert server.wait_until(lambda calls: len(calls) == 1)
        checkpoints = sqlite3.connect(folder / "checkpoints.sqlite", timeout=60)
        checkpoints.execute("BEGIN IMMEDIATE")  # so that the next checkpoint has to wait
        locked.set()
        wait_until(
            lambda: answers_in(folder / "journal.jsonl") == 2
        )  # the question's answer, and the cut
        process.kill()
        checkpoints.close()
        died = list(roles)
        found = ended(start("solve_detect_verify", server, folder))
    assert died == ["You solve ", "You read t"]
    assert roles == [*died, "You check "]
    assert found["detected"] == {"text": "6 * 7 is 42.\nAnswer: 42", "cut": True, "checks": 1}
