"""Streams: pieces, the whole at the end, cancellation, and breaking off."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from proofloop.agents.llm.base import Chunk
from proofloop.core.errors import ModelMalformed, ModelUnavailable
from proofloop.core.task import Usage
from support.llm import client, prompt
from support.openai_server import Drop, Fail, Raw, Say, ScriptedServer

STORY = "the quick brown fox jumps over the lazy dog"


async def test_pieces_add_up_to_the_reply() -> None:
    with ScriptedServer([Say(STORY, usage=(20, 9))]) as server:
        model = client(server)
        chunks = [chunk async for chunk in model.stream(prompt(logprobs=0), index=0)]
        await model.aclose()
    *pieces, last = chunks
    assert len(pieces) == 9
    assert last.reply is not None
    assert "".join(piece.text for piece in pieces) == last.reply.text == STORY
    assert last.reply.usage == Usage(prompt_tokens=20, completion_tokens=9)
    assert last.reply.finish == "stop"
    assert last.reply.logprobs is not None and len(last.reply.logprobs) == 9
    assert server.calls[0].body["stream_options"] == {"include_usage": True}


async def test_usage_is_estimated_where_the_server_knows_no_stream_options() -> None:
    with ScriptedServer(lambda call: Say(STORY), rejects=["stream_options"]) as server:
        model = client(server)
        reply = [chunk async for chunk in model.stream(prompt())][-1].reply
        await model.aclose()
    assert reply is not None
    assert reply.text == STORY
    assert reply.usage.estimated and reply.usage.completion_tokens == 11
    assert reply.calls == 2


async def test_closing_the_iterator_hangs_up() -> None:
    with ScriptedServer([Say(STORY, stops=1)]) as server:
        model = client(server, concurrency=1)
        async with aclosing(model.stream(prompt())) as chunks:
            async for _ in chunks:
                break
        assert await server.until(lambda calls: calls[0].dropped)
        # The only slot is free again.
        with pytest.raises(Exception, match="script has no answer"):
            await model.sample(prompt())
        await model.aclose()


async def test_a_failed_beginning_is_retried() -> None:
    with ScriptedServer([Fail(503), Drop(), Say("ok")]) as server:
        model = client(server)
        chunks = [chunk async for chunk in model.stream(prompt())]
        await model.aclose()
    assert chunks[0].text == "ok"
    assert len(server.calls) == 3


async def test_a_stream_that_breaks_off_later_is_not_begun_again() -> None:
    with ScriptedServer([Say(STORY, cut=900), Say("never")]) as server:
        model = client(server)
        seen: list[Chunk] = []
        with pytest.raises(ModelUnavailable) as caught:
            async for chunk in model.stream(prompt()):
                seen.append(chunk)
        await model.aclose()
    assert seen and len(server.calls) == 1
    assert caught.value.usage is not None and caught.value.usage.completion_tokens >= 1


async def test_a_stream_that_just_ends_is_unavailable_not_whole() -> None:
    body = b'data: {"choices": [{"delta": {"content": "half"}}]}\n\n'
    with ScriptedServer([Raw(body, content_type="text/event-stream")]) as server:
        model = client(server)
        with pytest.raises(ModelUnavailable, match="broke off"):
            async for _ in model.stream(prompt()):
                pass
        await model.aclose()


@pytest.mark.parametrize("event", [b"{oops", b"[1]", b'{"choices": [{"delta": {"content": 7}}]}'])
async def test_events_that_make_no_sense_are_malformed(event: bytes) -> None:
    body = b"data: " + event + b"\n\n"
    with ScriptedServer([Raw(body, content_type="text/event-stream")]) as server:
        model = client(server)
        with pytest.raises(ModelMalformed):
            async for _ in model.stream(prompt()):
                pass
        await model.aclose()


async def test_an_error_inside_a_stream_is_unavailable() -> None:
    body = b'data: {"error": {"message": "worker died"}}\n\n'
    with ScriptedServer(lambda call: Raw(body, content_type="text/event-stream")) as server:
        model = client(server)
        with pytest.raises(ModelUnavailable, match="worker died"):
            async for _ in model.stream(prompt()):
                pass
        await model.aclose()
