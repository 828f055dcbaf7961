"""A journal answers the same calls again: after a kill, and for any request and answer."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from proofloop.agents.llm.base import Message, Reply, Request, Sampling
from proofloop.agents.llm.record import RecordedModel
from proofloop.core.budget import Budget
from proofloop.core.journal import Journal
from support.clock import wait_until
from support.forked import Forked, run_forked
from support.llm import client
from support.openai_server import Call, Hang, Item, Say, ScriptedServer

SUPPORT = Path(__file__).parents[2] / "support"

requests = st.builds(
    Request,
    role=st.sampled_from(["formalizer", "judge"]),
    messages=st.lists(
        st.builds(
            Message,
            role=st.sampled_from(["system", "user", "assistant"]),
            content=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    inputs=st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5)),
    sampling=st.builds(
        Sampling,
        temperature=st.none() | st.floats(0, 2),
        seed=st.none() | st.integers(0, 2**31),
        logprobs=st.none() | st.integers(0, 3),
    ),
    json_schema=st.none() | st.just({"type": "object", "properties": {"x": {}}}),
)
samples = st.tuples(st.integers(1, 3), st.integers(0, 3))


def _answer(call: Call) -> Item:
    """Different for every call, with every odd thing that an answer may have."""
    words = json.dumps(call.body["messages"], ensure_ascii=False)
    return Say(
        [f"{call.number}.{choice} ∀ \x7f\u2028\U0001f600 {words}" for choice in range(call.n)],
        finish=("stop", "length", None)[call.number % 3],
        usage=None if call.number % 2 else (7, 3 * call.number),
    )


@settings(max_examples=25, deadline=None)
@given(asked=st.lists(st.tuples(requests, samples), min_size=1, max_size=5))
def test_a_replay_equals_the_recording(asked: list[tuple[Request, tuple[int, int]]]) -> None:
    async def answers(model: RecordedModel) -> list[list[Reply]]:
        return [await model.sample(request, n, first=first) for request, (n, first) in asked]

    async def both(server: ScriptedServer, path: Path) -> None:
        live_client = client(server)
        journal = Journal(path)
        recorded = await answers(RecordedModel(live_client, journal, Budget()))
        await live_client.aclose()
        journal.close()
        calls = len(server.calls)
        replay = RecordedModel(live_client, Journal(path), Budget(), replay_only=True)
        assert await answers(replay) == recorded
        assert len(server.calls) == calls

    with ScriptedServer(_answer) as server, tempfile.TemporaryDirectory() as folder:
        asyncio.run(both(server, Path(folder) / "journal.jsonl"))


def _start(server: ScriptedServer, journal: Path) -> Forked:
    return Forked([str(SUPPORT / "five_calls.py"), server.base_url, str(journal)])


def test_a_killed_process_repeats_no_answered_call(tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    with ScriptedServer(lambda call: f"answer to {call.last}") as server:
        process = _start(server, journal)
        for number in range(3):
            assert process.stdout.readline() == f"answer to question {number}\n"
            if number < 2:
                process.stdin.write("\n")
                process.stdin.flush()
        process.kill()
        assert [call.last for call in server.calls] == [f"question {n}" for n in range(3)]

        process = _start(server, journal)
        out, _ = process.communicate("\n" * 5)
        assert out.splitlines() == [f"answer to question {n}" for n in range(5)]
        assert [call.last for call in server.calls] == [f"question {n}" for n in range(5)]


def test_a_call_under_way_at_the_kill_is_hung_up_and_made_again(tmp_path: Path) -> None:
    def answer(call: Call) -> Item:
        return Hang() if call.number == 1 else call.last

    journal = tmp_path / "journal.jsonl"
    with ScriptedServer(answer) as server:
        process = _start(server, journal)
        process.stdin.write("\n")
        process.stdin.flush()
        assert server.wait_until(lambda calls: len(calls) == 2)
        process.kill()
        assert server.wait_until(lambda calls: calls[1].dropped)

        process = _start(server, journal)
        process.communicate("\n" * 5)
    counts: dict[Any, int] = {}
    for call in server.calls:
        counts[call.last] = counts.get(call.last, 0) + 1
    assert counts == {f"question {n}": 2 if n == 1 else 1 for n in range(5)}


def test_the_scripted_server_runs_as_a_process(tmp_path: Path) -> None:
    answers, calls = tmp_path / "answers.json", tmp_path / "calls.jsonl"
    answers.write_text('["from a process"]', encoding="utf-8")
    process = Forked([str(SUPPORT / "openai_server.py"), str(answers), str(calls)])
    try:
        url = process.stdout.readline().strip()
        script = [str(SUPPORT / "five_calls.py"), url, str(tmp_path / "journal")]
        done = run_forked(script, given="\n" * 5)
        wait_until(lambda: "\n" in calls.read_text(encoding="utf-8"))
    finally:
        process.kill()
    assert done.stdout.splitlines() == ["from a process"]
    assert "the script has no answer for call 1" in done.stderr
    first = json.loads(calls.read_text(encoding="utf-8").splitlines()[0])
    assert first["messages"][0]["content"] == "question 0"
