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

HALF = Say("word " * 40, stops=20)


def three_and_a_quick_one(call: Call) -> Say:
    """The first three answers do not come to an end, the fourth comes at once."""
    return Say("quick") if call.number == 3 else HALF


async def test_the_first_to_finish_wins_and_the_others_are_cut_off(tmp_path: Path) -> None:
    with ScriptedServer(three_and_a_quick_one) as server, Run(tmp_path, load_settings(), {}) as run:
        model = RecordedModel(client(server), run.journal, run.budget, {})
        finished = await first_finished(model, prompt(), n=4)
        assert await server.until(lambda calls: sum(call.dropped for call in calls) == 3)
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

    begun = []  # as the run tells it: the server may see one later that was cut as it left
    with ScriptedServer(script) as server, Run(tmp_path, load_settings(), {}) as run:
        for _ in range(2):
            model = RecordedModel(client(server, concurrency=1), run.journal, run.budget, {})
            ((index, reply),) = await first_finished(model, prompt(), n=4)
            await model.aclose()
            assert (index, reply.text) == (0, "first")
            begun.append(len(list(run.journal.entries("model"))))
    assert begun == [4, 4]
    assert len(server.calls) < 4


async def test_a_reader_that_is_interrupted_cuts_nothing(tmp_path: Path) -> None:
    script = [HALF, "whole"]
    with ScriptedServer(script) as server, Run(tmp_path, load_settings(), {}) as run:
        model = RecordedModel(client(server), run.journal, run.budget, {})
        reading = asyncio.create_task(first_finished(model, prompt(), n=1))
        assert await server.until(lambda calls: len(calls) == 1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        ((_, reply),) = await first_finished(model, prompt(), n=1)
        await model.aclose()
    assert reply.text == "whole"


async def test_m_samples_are_waited_for_and_bad_ones_do_not_count() -> None:
    answers = [Say("bad"), Say("good 1"), Say("good 2"), HALF]
    with ScriptedServer(lambda call: answers[call.number]) as server:
        model = client(server)
        finished = await first_finished(
            model, prompt(), n=4, m=2, good=lambda reply: reply.text.startswith("good")
        )
        await model.aclose()
    assert sorted(reply.text for _, reply in finished) == ["good 1", "good 2"]


async def test_a_sample_that_fails_is_one_less() -> None:
    def script(call: Call) -> Say | Fail:
        return Fail(503) if call.number != 1 else Say("late", once=lambda calls: len(calls) >= 4)

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
