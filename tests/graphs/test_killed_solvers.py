"""Graphs that solve, killed with SIGKILL in the middle and started again: nothing asked twice."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import solving
from support.openai_server import Call, Hang, Item, Say, ScriptedServer

# By the beginning of the system prompt; what is drawn depends on the whole prompt.
ANSWERS: dict[str, Callable[[int], str]] = {
    "You solve": lambda draw: f"attempt {draw}\nAnswer: {draw % 7}",
    "You improve": lambda draw: f"revision {draw}\nAnswer: {draw % 7}",
    "You compare two answers": lambda draw: json.dumps(
        {
            "first": 1 + draw % 10,
            "second": 1 + draw % 7,
            "experiences": [f"{draw} is odd"],
            "guidance": f"try {draw}",
        }
    ),
    "You condense": lambda draw: f"derived fact {draw}",
    "You compare attempts": lambda draw: json.dumps({"best": 1 + draw % 2}),
    "You keep a store": lambda draw: json.dumps(
        {"operations": [{"op": "add", "text": f"rule {draw}"}]}
    ),
    "You write compact notes": lambda draw: json.dumps(
        {"failures": [f"failure {draw}"], "outcome": "incomplete"}
    ),
    "You extract experience": lambda draw: json.dumps({"conclusions": [f"{draw} is even"]}),
    "You name the strategy": lambda draw: json.dumps({"strategy": f"way {draw % 5}"}),
    "You check solutions": lambda draw: json.dumps({"first_error": draw % 2}),
    "You read the work": "No {}".format,
    "You take a solved": lambda draw: json.dumps({"questions": decomposition(draw)}),
    "You simplify": "What is 6 * {}?".format,
    "You are shown a problem and several": "so\nAnswer: {}".format,
    "You rate": lambda draw: json.dumps({"rating": 1 + draw % 8, "reasons": f"word {draw}"}),
}


def decomposition(draw: int) -> list[dict[str, Any]]:
    """A chain of three."""
    return [
        {"question": f"{draw}?", "answer": "6", "depends": [number] * (number > 0)}
        for number in range(3)
    ]


METHODS: dict[str, dict[str, Any]] = {
    "best_of_n": {"n": 4, "votes": 2},
    "iad": {"k": 3, "rounds": 2},
    "particles": {"n": 4, "steps": 5},
    "pdr": {"rounds": [4, 2, 1]},
    "rtv_pdr": {"n": 4, "k": 2, "votes": 2},
    "refine": {"rounds": 3, "votes": 2},
    "astar": {"k": 3, "steps": 5, "expansions": 12},
    "tmas": {"n": 4, "votes": 2, "rounds": 3, "epsilon": 0.5},
    "empirical_mcts": {"iterations": 4},
    "self_consistency": {"n": 6},
    "adaptive": {"rule": "optscale", "n": 12},
    "solve_detect_verify": {"k": 3},
    "atom_of_thoughts": {"steps": 2},
}


def answer(call: Call) -> Item:
    system = str(call.body["messages"][0]["content"])
    make = next(make for start, make in ANSWERS.items() if system.startswith(start))
    if "next step alone" in system and "\n3. " not in call.last:
        make = "step {}".format
    shown = json.dumps(call.body["messages"])
    return Say([make(zlib.crc32(f"{shown} {i}".encode()) % 1000) for i in range(call.n)])


def start(method: str, server: ScriptedServer, folder: Path) -> subprocess.Popen[str]:
    folder.mkdir(exist_ok=True)
    options = json.dumps(METHODS[method])
    command = [sys.executable, solving.__file__, method, options, server.base_url, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return dict(json.loads(said))


def wait_for_entries(journal: Path, count: int) -> None:
    end = time.monotonic() + 240
    while count and (not journal.exists() or journal.read_text().count("\n") < count):
        assert time.monotonic() < end
        time.sleep(0.01)


def bodies(calls: list[Call]) -> list[str]:
    return [json.dumps(call.body, sort_keys=True) for call in calls]


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_a_killed_solver_goes_on_without_asking_twice(method: str, tmp_path: Path) -> None:
    with ScriptedServer(answer) as server:
        whole = ended(start(method, server, tmp_path / "whole"))
    asked = bodies(server.calls)
    dead = len(asked) // 2  # from this call on there is no answer until the kill

    hang = [True]
    with ScriptedServer(lambda c: Hang() if hang[0] and c.number >= dead else answer(c)) as server:
        process = start(method, server, tmp_path / "killed")
        assert server.wait_until(lambda calls: len(calls) > dead)
        samples = sum(call.n for call in server.calls[:dead])
        wait_for_entries(tmp_path / "killed" / "journal.jsonl", samples)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        hang[0], died = False, len(server.calls)
        found = ended(start(method, server, tmp_path / "killed"))
    assert found == whole
    # What was answered before the kill and after it is what an undisturbed run asks, no more.
    calls = bodies(server.calls)
    assert Counter(calls[:dead] + calls[died:]) == Counter(asked)


@pytest.mark.slow
def test_a_stream_that_was_cut_before_the_kill_is_not_streamed_again(tmp_path: Path) -> None:
    roles: list[str] = []
    locked = threading.Event()

    def script(call: Call) -> Item:
        system = str(call.body["messages"][0]["content"])
        roles.append(system[:10])
        if system.startswith("You solve"):
            return Say("6 * 7 is 42.\nAnswer: 42\n" + "Wait, is it so? " * 200, pause=0.005)
        if system.startswith("You read the work"):
            assert locked.wait(60)
            return Say("Yes", logprobs=False)
        return json.dumps({"first_error": 0})

    with ScriptedServer(script) as server:
        folder = tmp_path / "run"
        process = start("solve_detect_verify", server, folder)
        assert server.wait_until(lambda calls: len(calls) == 1, seconds=60)
        checkpoints = sqlite3.connect(folder / "checkpoints.sqlite")
        checkpoints.execute("BEGIN IMMEDIATE")  # so that the next checkpoint has to wait
        locked.set()
        wait_for_entries(folder / "journal.jsonl", 2)  # the question's answer, and the cut
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        checkpoints.close()
        died = list(roles)
        found = ended(start("solve_detect_verify", server, folder))
    assert died == ["You solve ", "You read t"]
    assert roles == [*died, "You check "]
    assert found["detected"] == {"text": "6 * 7 is 42.\nAnswer: 42", "cut": True, "checks": 1}
