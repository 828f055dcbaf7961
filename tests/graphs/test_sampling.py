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
from support.openai_server import Call, Fail, Say, ScriptedServer

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
        assert [call.dropped for call in server.calls].count(True) == 3
        spent = run.budget.spent()
        assert spent.calls == 4
        assert spent.tokens > 4 * 3  # the prompts of the losers at least


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
