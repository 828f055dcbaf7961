"""The jobs of one run in several processes, which share its budget and journal; real processes
against a real server, killed where the test says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from proofloop.core.errors import ModelRejected, RunError
from proofloop.core.journal import Journal
from support import shared_run
from support.openai_server import Call, Fail, ScriptedServer
from support.shared_run import Asked, run_questions

QUESTIONS = [f"question {n}" for n in range(12)]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(lambda call: f"to {call.last}", latency=0.05) as server:
        yield server


def asked_of(server: ScriptedServer) -> Counter[str]:
    return Counter(call.last for call in server.calls)


async def test_every_job_runs_once_in_some_process(server: ScriptedServer, tmp_path: Path) -> None:
    results = await run_questions(server.base_url, tmp_path, QUESTIONS)
    assert [result.answer for result in results] == [f"to {text}" for text in QUESTIONS]
    assert len({result.process for result in results} - {os.getpid()}) == 2
    assert asked_of(server) == Counter(QUESTIONS)
    recorded = [
        entry["reply"]["text"] for entry in Journal(tmp_path / "journal.jsonl").entries("model")
    ]
    assert sorted(recorded) == sorted(f"to {text}" for text in QUESTIONS)
    spent = json.loads((tmp_path / "run.json").read_text())["spent"]
    assert (spent["calls"], spent["tokens"]) == (12, 12 * 15)
    # Again: nothing is left to do.
    assert await run_questions(server.base_url, tmp_path, QUESTIONS) == results
    assert len(server.calls) == 12


async def test_what_asks_the_same_is_asked_once(server: ScriptedServer, tmp_path: Path) -> None:
    groups = [["0", "1", "2"], ["3", "4", "5"]]
    results = await run_questions(
        server.base_url, tmp_path, ["even?"] * 3 + ["odd?"] * 3, groups=groups, concurrency=6
    )
    assert [result.answer for result in results] == ["to even?"] * 3 + ["to odd?"] * 3
    assert asked_of(server) == Counter(["even?", "odd?"])


async def test_no_more_calls_at_once_than_the_settings_allow(tmp_path: Path) -> None:
    with ScriptedServer(lambda call: "yes", latency=0.05) as server:
        await run_questions(server.base_url, tmp_path, QUESTIONS, processes=3, concurrency=3)
        starts = sorted(call.at for call in server.calls)
    # A fourth call begins when the first has had its answer.
    assert all(later - at >= 0.045 for at, later in zip(starts, starts[3:], strict=False))


async def test_the_budget_is_one_for_all(server: ScriptedServer, tmp_path: Path) -> None:
    first = await run_questions(server.base_url, tmp_path, QUESTIONS, calls=5)
    assert len(server.calls) == 5
    assert sum(result.status == "done" for result in first) == 5
    assert any("budget of 5 calls" in result.answer for result in first if result.status != "done")
    await run_questions(server.base_url, tmp_path, QUESTIONS, calls=12)
    assert asked_of(server) == Counter(QUESTIONS)


async def test_a_process_that_is_killed_ends_the_run_and_the_next_goes_on(
    server: ScriptedServer, tmp_path: Path
) -> None:
    def kill(result: Asked) -> None:
        with suppress(ProcessLookupError):  # it had sent this one too before it died
            os.kill(result.process, signal.SIGKILL)

    with pytest.raises(RunError, match="ended with exit code -9") as raised:
        await run_questions(server.base_url, tmp_path, QUESTIONS, on_result=kill)
    assert "goes on" in raised.value.hint
    answered = set(answers_in(tmp_path))
    assert answered
    before = asked_of(server)
    results = await run_questions(server.base_url, tmp_path, QUESTIONS)
    assert [result.answer for result in results] == [f"to {text}" for text in QUESTIONS]
    again = asked_of(server) - before
    assert not {f"to {text}" for text in again} & answered


def answers_in(folder: Path) -> list[str]:
    entries = Journal(folder / "journal.jsonl").entries("model")
    return [entry["reply"]["text"] for entry in entries if "reply" in entry]


async def test_the_processes_of_a_killed_run_end_and_lose_nothing(tmp_path: Path) -> None:
    with ScriptedServer(lambda call: f"to {call.last}", latency=0.1) as server:
        kill_after_one(server.base_url, tmp_path)
        # Waits until the processes have written what they still had to.
        results = await run_questions(server.base_url, tmp_path, QUESTIONS)
    assert [result.answer for result in results] == [f"to {text}" for text in QUESTIONS]
    # Four were under way: those and no others may have been asked twice.
    assert len(server.calls) <= len(QUESTIONS) + 4
    assert sorted(answers_in(tmp_path)) == sorted(f"to {text}" for text in QUESTIONS)


def kill_after_one(base_url: str, folder: Path) -> None:
    """A run in a process of its own, killed when its first job is done."""
    with subprocess.Popen(
        [sys.executable, shared_run.__file__, base_url, str(folder), str(len(QUESTIONS))],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(shared_run.__file__).parents[1])},
    ) as holder:
        assert holder.stdout and holder.stdout.readline()
        holder.kill()


async def test_an_error_that_ends_every_job_ends_the_run(tmp_path: Path) -> None:
    def refuse(call: Call) -> Fail:
        return Fail(401, "no such key")

    with ScriptedServer(refuse) as server, pytest.raises(ModelRejected, match="no such key"):
        await run_questions(server.base_url, tmp_path, QUESTIONS)


async def test_a_bug_in_a_job_ends_the_run(server: ScriptedServer, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="a process of the run failed: KeyError: 'a bug'"):
        await run_questions(server.base_url, tmp_path, ["a bug", "question"])
