"""What the client makes of servers that fail, hang and lie."""

from __future__ import annotations

import asyncio
import logging
import time
from email.utils import formatdate

import pytest

from proofloop.agents.llm.openai_client import OpenAIModel
from proofloop.agents.llm.retry import Retry
from proofloop.core.errors import ModelMalformed, ModelRejected, ModelUnavailable
from support.clock import let_pass
from support.llm import KEY, QUICK, client, prompt
from support.openai_server import Call, Drop, Fail, Hang, Item, Raw, Say, ScriptedServer

ONCE = Retry(attempts=1)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_refusal_is_rejected_at_once_in_one_line(status: int) -> None:
    with ScriptedServer([Fail(status, "line one\nline two")]) as server:
        model = client(server)
        with pytest.raises(ModelRejected) as caught:
            await model.sample(prompt())
        await model.aclose()
    line = str(caught.value)
    assert len(server.calls) == 1
    assert line.startswith(f"tiny at 127.0.0.1:{server.base_url.split(':')[2][:-3]}: HTTP {status}")
    assert "line one line two" in line and "\n" not in line


@pytest.mark.parametrize(
    "fault",
    [Fail(408), Fail(429), Fail(500), Fail(503), Drop(), Say("cut off", cut=30)],
    ids=lambda fault: f"{type(fault).__name__}{getattr(fault, 'status', '')}",
)
async def test_a_passing_fault_is_retried(fault: Item) -> None:
    with ScriptedServer([fault, fault, "ok"]) as server:
        model = client(server)
        (reply,) = await model.sample(prompt())
        await model.aclose()
    assert reply.text == "ok"
    assert len(server.calls) == 3


async def test_retries_are_bounded() -> None:
    with ScriptedServer(lambda call: Fail(500, "no luck")) as server:
        model = client(server)
        with pytest.raises(ModelUnavailable, match="HTTP 500: no luck"):
            await model.sample(prompt())
        await model.aclose()
    assert len(server.calls) == QUICK.attempts


async def test_retry_after_in_seconds_is_honoured() -> None:
    with ScriptedServer([Fail(429, retry_after=0.3), "ok"]) as server:
        model = client(server)
        await model.sample(prompt())
        await model.aclose()
    assert server.calls[1].at - server.calls[0].at >= 0.3


async def test_retry_after_as_a_date_is_honoured() -> None:
    def answer(call: Call) -> Item:
        # HTTP dates have whole seconds: two seconds on, at least one is left.
        date = formatdate(time.time() + 2, usegmt=True)
        return Fail(503, retry_after=date) if call.number == 0 else "ok"

    with ScriptedServer(answer) as server:
        model = client(server)
        await model.sample(prompt())
        await model.aclose()
    assert server.calls[1].at - server.calls[0].at >= 0.9


async def test_a_retry_after_beyond_the_total_time_is_not_waited_for() -> None:
    with ScriptedServer([Fail(429, retry_after=3600)]) as server:
        model = client(server)
        with pytest.raises(ModelUnavailable) as caught:
            await model.sample(prompt())
        await model.aclose()
    assert caught.value.retry_after == 3600
    assert len(server.calls) == 1


async def test_exhausted_credit_is_not_retried() -> None:
    with ScriptedServer([Fail(429, "quota", code="insufficient_quota")]) as server:
        model = client(server)
        with pytest.raises(ModelRejected, match="quota"):
            await model.sample(prompt())
        await model.aclose()
    assert len(server.calls) == 1


async def test_a_hanging_server_runs_into_the_timeout_and_is_hung_up_on() -> None:
    with ScriptedServer([Hang()]) as server:
        model = client(server, timeout=200, retry=ONCE)
        call = asyncio.create_task(model.sample(prompt("x" * 400)))
        assert await server.until(lambda calls: len(calls) == 1)
        let_pass(200)
        with pytest.raises(ModelUnavailable, match="within 200 s") as caught:
            await call
        assert await server.until(lambda calls: calls[0].dropped)
        await model.aclose()
    # The prompt was sent, so it may have been paid for.
    assert caught.value.usage is not None and caught.value.usage.prompt_tokens > 100


async def test_a_slow_body_counts_against_the_total_time() -> None:
    with ScriptedServer([Say("a b c d e f g h", stops=3)]) as server:
        model = client(server, timeout=200, retry=ONCE)
        with pytest.raises(ModelUnavailable, match="within 200 s"):
            async for _ in model.stream(prompt()):
                let_pass(80)
        await model.aclose()


async def test_a_cancelled_call_is_hung_up() -> None:
    with ScriptedServer([Hang()]) as server:
        model = client(server)
        task = asyncio.create_task(model.sample(prompt()))
        assert await server.until(lambda calls: len(calls) == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await server.until(lambda calls: calls[0].dropped)
        await model.aclose()


async def test_a_server_that_is_not_there_is_unavailable_and_costs_nothing() -> None:
    model = OpenAIModel("tiny", base_url="http://127.0.0.1:9/v1", api_key=KEY, retry=ONCE)
    with pytest.raises(
        ModelUnavailable, match=r"tiny at 127\.0\.0\.1:9: connection failed"
    ) as caught:
        await model.sample(prompt())
    assert caught.value.usage is None
    await model.aclose()


@pytest.mark.parametrize(
    "item",
    [
        Raw(b'{"choices": ['),
        Raw(b"<html>gateway</html>", content_type="text/html"),
        Raw(b'{"choices": []}'),
        Raw(b"[1, 2]"),
        Raw(b"null"),
        Raw(b'{"choices": [{"message": {"content": "\xff"}}]}'),
        Raw(b'{"choices": [{"message": {"content": [1]}}]}'),
        Raw(b""),
    ],
    ids=lambda item: item.body.decode("latin-1") or "empty",
)
async def test_a_body_that_is_no_completion_is_malformed(item: Raw) -> None:
    with ScriptedServer([item]) as server:
        model = client(server)
        with pytest.raises(ModelMalformed, match="not a chat completion") as caught:
            await model.sample(prompt())
        await model.aclose()
    assert "\n" not in str(caught.value)
    assert len(server.calls) == 1


async def test_one_failed_sample_does_not_lose_its_siblings_time() -> None:
    def failed(calls: list[Call]) -> bool:
        return any(call.body["seed"] == 1 and call.done for call in calls)

    def answer(call: Call) -> Item:
        said = {1: Fail(400, "no"), 2: Say("ok", once=failed)}
        return said.get(call.body["seed"], "ok")

    with ScriptedServer(answer, rejects=["n"]) as server:
        model = client(server)
        with pytest.raises(ModelRejected):
            await model.sample(prompt(seed=0), 3)
        await model.aclose()
    assert sorted(call.body["seed"] for call in server.calls if call.n == 1) == [0, 1, 2]
    assert not any(call.dropped for call in server.calls)


@pytest.mark.parametrize(
    "complaint",
    [
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1)"
        " value is supported.",
        "some models don't support temperature=0.0. Only temperature=1 is supported.",
        "unsupported parameter: temperature",
    ],
)
async def test_a_model_with_a_temperature_of_its_own_is_asked_without_one(complaint: str) -> None:
    def script(call: Call) -> Item:
        return Fail(400, complaint) if "temperature" in call.body else "fine"

    with ScriptedServer(script) as server:
        model = client(server)
        for text in ("one", "two"):
            (reply,) = await model.sample(prompt(text, temperature=0.0))
            assert reply.text == "fine"
        await model.aclose()
    assert ["temperature" in call.body for call in server.calls] == [True, False, False]


async def test_a_temperature_out_of_range_is_the_users_error() -> None:
    with ScriptedServer([Fail(400, "temperature must be at most 2")]) as server:
        model = client(server)
        with pytest.raises(ModelRejected, match="at most 2"):
            await model.sample(prompt(temperature=3.0))
        await model.aclose()


async def test_a_client_without_a_key_passes_errors_on_as_they_are() -> None:
    with ScriptedServer([Fail(400, "none of the models has that name")]) as server:
        model = OpenAIModel("tiny", base_url=server.base_url)
        with pytest.raises(ModelRejected, match="none of the models"):
            await model.sample(prompt())
        await model.aclose()


async def test_a_long_complaint_is_cut() -> None:
    with ScriptedServer([Fail(400, "word " * 10_000)]) as server:
        model = client(server)
        with pytest.raises(ModelRejected) as caught:
            await model.sample(prompt())
        await model.aclose()
    assert len(str(caught.value)) < 400


async def test_the_key_reaches_no_error_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer([], api_key="another") as server:
        model = client(server)
        with pytest.raises(ModelRejected) as caught:
            await model.sample(prompt())
        with pytest.raises(ModelRejected) as streamed:
            async for _ in model.stream(prompt()):
                pass
        await model.aclose()
    assert f"Bearer {KEY}" == server.calls[0].headers["authorization"]
    for error in (caught.value, streamed.value):
        assert "bad credentials in 'Bearer ***'" in str(error)
        assert "wrong key" in str(error)
        assert error.__suppress_context__ and error.__cause__ is None
    assert caplog.records
    assert KEY not in caplog.text
