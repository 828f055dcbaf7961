"""First-finished sampling on a real server: the losers' connections drop and are counted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from proofloop.agents.llm.record import RecordedModel
from proofloop.core.errors import ModelUnavailable
from proofloop.core.run import Run
from proofloop.core.settings import load_settings
from proofloop.graphs.sampling import first_finished
from support.llm import client, prompt
from support.openai_server import Call, Fail, Hang, Item, Say, ScriptedServer

LONG = " ".join(f"word{i}" for i in range(400))


def quick_and_slow(call: Call) -> Say:
    """The first three answers stream slowly, the fourth comes at once."""
    return Say("quick") if call.number == 3 else Say(LONG, pause=0.05)


async def wait_until_dropped(server: ScriptedServer, count: int) -> None:
    for _ in range(100):
        if sum(call.dropped for call in server.calls) >= count:
            return
        await asyncio.sleep(0.05)


async def test_the_first_to_finish_wins_and_the_others_are_cut_off(tmp_path: Path) -> None:
    with ScriptedServer(quick_and_slow) as server, Run(tmp_path, load_settings(), {}) as run:
        model = RecordedModel(client(server), run.journal, run.budget, {})
        finished = await first_finished(model, prompt(), n=4)
        await wait_until_dropped(server, 3)
        await model.aclose()
        assert [reply.text for _, reply in finished] == ["quick"]
        again = RecordedModel(client(server), run.journal, run.budget, {})
        assert await first_finished(again, prompt(), n=4) == finished
        await again.aclose()
        assert len(server.calls) == 4  # neither the winner nor those that were cut
        assert [call.dropped for call in server.calls].count(True) == 3
        spent = run.budget.spent()
        assert spent.calls == 4
        assert spent.tokens > 4 * 3  # the prompts of the losers at least


async def test_what_was_cut_before_it_was_sent_is_not_sent_later(tmp_path: Path) -> None:
    def script(call: Call) -> Item:
        return "first" if call.number == 0 else Hang()

    sent = []
    with ScriptedServer(script) as server, Run(tmp_path, load_settings(), {}) as run:
        for _ in range(2):
            model = RecordedModel(client(server, concurrency=1), run.journal, run.budget, {})
            ((index, reply),) = await first_finished(model, prompt(), n=4)
            await model.aclose()
            assert (index, reply.text) == (0, "first")
            sent.append(len(server.calls))
    assert sent[0] == sent[1] < 4


async def test_a_reader_that_is_interrupted_cuts_nothing(tmp_path: Path) -> None:
    script = [Say(LONG, pause=0.05), "whole"]
    with ScriptedServer(script) as server, Run(tmp_path, load_settings(), {}) as run:
        model = RecordedModel(client(server), run.journal, run.budget, {})
        reading = asyncio.create_task(first_finished(model, prompt(), n=1))
        await asyncio.to_thread(server.wait_until, lambda calls: len(calls) == 1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        ((_, reply),) = await first_finished(model, prompt(), n=1)
        await model.aclose()
    assert reply.text == "whole"


async def test_m_samples_are_waited_for_and_bad_ones_do_not_count() -> None:
    answers = ["bad", "good 1", "good 2", LONG]
    with ScriptedServer(lambda call: Say(answers[call.number])) as server:
        model = client(server)
        finished = await first_finished(
            model, prompt(), n=4, m=2, good=lambda reply: reply.text.startswith("good")
        )
        await model.aclose()
    assert sorted(reply.text for _, reply in finished) == ["good 1", "good 2"]


async def test_a_sample_that_fails_is_one_less() -> None:
    def script(call: Call) -> Say | Fail:
        return Fail(503) if call.number != 1 else Say("late", delay=0.2)

    with ScriptedServer(script) as server:
        model = client(server)
        finished = await first_finished(model, prompt(), n=2)
        await model.aclose()
    assert [reply.text for _, reply in finished] == ["late"]


async def test_when_all_fail_the_reason_is_told() -> None:
    with ScriptedServer(lambda call: Fail(503)) as server:
        model = client(server)
        with pytest.raises(ModelUnavailable):
            await first_finished(model, prompt(), n=2)
        await model.aclose()
