"""The client against a real HTTP server: what it asks, and how it reads the answers."""

from __future__ import annotations

import asyncio

import pytest

from proofloop.agents.llm.openai_client import OpenAIModel
from proofloop.agents.llm.retry import Retry
from proofloop.core.errors import ModelUnavailable
from proofloop.core.task import Usage
from support.llm import KEY, client, prompt
from support.openai_server import Call, Fail, Say, ScriptedServer

SCHEMA = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}


async def test_sampling_is_sent_and_the_answer_is_read() -> None:
    with ScriptedServer([Say("four", usage=(12, 3), finish="length")]) as server:
        model = client(server)
        (reply,) = await model.sample(
            prompt("2+2?", temperature=0.5, top_p=0.9, max_tokens=7, stop=("\n",), seed=11)
        )
        await model.aclose()
    assert (reply.text, reply.finish, reply.model) == ("four", "length", "tiny")
    assert reply.usage == Usage(prompt_tokens=12, completion_tokens=3)
    assert 0 < reply.latency_s < 5
    body = server.calls[0].body
    assert body == {
        "model": "tiny",
        "messages": [{"role": "user", "content": "2+2?"}],
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 7,
        "stop": ["\n"],
        "seed": 11,
    }


async def test_n_samples_come_from_one_call_and_share_its_tokens() -> None:
    with ScriptedServer([Say(["a", "b" * 40, "c"], usage=(10, 31))]) as server:
        model = client(server)
        replies = await model.sample(prompt(seed=5), 3, first=2)
        await model.aclose()
    assert [reply.text for reply in replies] == ["a", "b" * 40, "c"]
    assert sum(reply.usage.prompt_tokens for reply in replies) == 10
    assert sum(reply.usage.completion_tokens for reply in replies) == 31
    assert [reply.calls for reply in replies] == [1, 0, 0]
    assert server.calls[0].body["n"] == 3
    assert server.calls[0].body["seed"] == 7


async def test_choices_are_taken_in_the_order_of_their_indices_and_no_more_than_asked() -> None:
    choices = [{"index": place, "message": {"content": str(place)}} for place in (2, 0, 1)]
    with ScriptedServer([Say("", extra={"choices": choices})]) as server:
        model = client(server)
        replies = await model.sample(prompt(), 2)
        await model.aclose()
    assert [reply.text for reply in replies] == ["0", "1"]


def _by_seed(call: Call) -> Say:
    return Say(f"seed {call.body.get('seed')}")


async def test_a_server_that_ignores_n_is_asked_for_the_rest_one_by_one() -> None:
    with ScriptedServer(_by_seed, most_choices=1) as server:
        model = client(server)
        replies = await model.sample(prompt(seed=100), 3)
        again = await model.sample(prompt(seed=200), 2)
        await model.aclose()
    assert [reply.text for reply in replies] == ["seed 100", "seed 101", "seed 102"]
    assert [reply.text for reply in again] == ["seed 200", "seed 201"]
    assert [call.n for call in server.calls] == [3, 1, 1, 1, 1]
    assert sum(reply.calls for reply in [*replies, *again]) == 5


async def test_a_server_that_rejects_n_gets_a_call_a_sample_and_is_not_asked_again() -> None:
    with ScriptedServer(_by_seed, rejects=["n"]) as server:
        model = client(server)
        replies = await model.sample(prompt(seed=0), 3)
        await model.sample(prompt(seed=50), 2)
        await model.aclose()
    assert [reply.text for reply in replies] == ["seed 0", "seed 1", "seed 2"]
    assert [call.n for call in server.calls] == [3, 1, 1, 1, 1, 1]
    assert sum(reply.calls for reply in replies) == 4


async def test_logprobs_are_read_and_missing_ones_are_none() -> None:
    script = [
        Say("a b"),
        Say("a b", logprobs=False),
        Say(
            "a b",
            extra={
                "choices": [
                    {
                        "index": 0,
                        "message": {"content": "a b"},
                        "logprobs": {"content": [{"token": "a"}]},
                    }
                ]
            },
        ),
    ]
    with ScriptedServer(script) as server:
        model = client(server)
        given, missing, broken = [
            (await model.sample(prompt(logprobs=2)))[0].logprobs for _ in script
        ]
        await model.aclose()
    assert given is not None
    assert [(token.token, token.logprob) for token in given] == [("a", -0.5), (" b", -1.0)]
    assert len(given[0].top) == 2
    assert missing is None and broken is None
    assert server.calls[0].body["logprobs"] is True
    assert server.calls[0].body["top_logprobs"] == 2


async def test_missing_usage_is_estimated_and_says_so() -> None:
    with ScriptedServer([Say("12345678", usage=None)]) as server:
        model = client(server)
        (reply,) = await model.sample(prompt("x" * 40))
        await model.aclose()
    assert reply.usage == Usage(prompt_tokens=14, completion_tokens=2, estimated=True)


async def test_a_schema_is_sent_closed_and_strict() -> None:
    schema = {
        "type": "object",
        "properties": {
            "title": {"type": "string", "default": ""},
            "items": {"type": "array", "items": {"$ref": "#/$defs/Item"}},
        },
        "$defs": {"Item": {"type": "object", "properties": {"n": {"type": "integer"}}}},
    }
    with ScriptedServer(["{}"]) as server:
        model = client(server)
        await model.sample(prompt().model_copy(update={"json_schema": schema}))
        await model.aclose()
    form = server.calls[0].body["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"]["strict"] is True
    sent = form["json_schema"]["schema"]
    assert sent["required"] == ["title", "items"]
    assert sent["additionalProperties"] is False
    assert sent["properties"]["title"] == {"type": "string"}
    assert sent["$defs"]["Item"]["required"] == ["n"]


async def test_a_schema_with_free_keys_is_not_called_strict() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "integer"}}
    with ScriptedServer(["{}"]) as server:
        model = client(server)
        await model.sample(prompt().model_copy(update={"json_schema": schema}))
        await model.aclose()
    form = server.calls[0].body["response_format"]["json_schema"]
    assert form["strict"] is False
    assert form["schema"] == schema


@pytest.mark.parametrize(
    ("rejects", "forms"),
    [
        (["json_schema"], ["json_schema", "json_object", "json_object"]),
        (["response_format"], ["json_schema", "json_object", None, None]),
    ],
)
async def test_a_rejected_response_format_is_replaced_and_remembered(
    rejects: list[str], forms: list[str | None]
) -> None:
    request = prompt("give x").model_copy(update={"json_schema": SCHEMA})
    with ScriptedServer(lambda call: '{"x": 1}', rejects=rejects) as server:
        model = client(server)
        first = await model.sample(request)
        second = await model.sample(request)
        await model.aclose()
    assert first[0].text == second[0].text == '{"x": 1}'
    assert [call.body.get("response_format", {}).get("type") for call in server.calls] == forms
    assert '"integer"' in server.calls[-1].last and "give x" in server.calls[-1].last
    assert server.calls[0].last == "give x"


async def test_the_newer_name_of_max_tokens_is_used_where_it_is_demanded() -> None:
    def answer(call: Call) -> Say | Fail:
        if "max_tokens" in call.body:
            return Fail(400, "Unsupported parameter: use 'max_completion_tokens' instead.")
        return Say("ok")

    with ScriptedServer(answer) as server:
        model = client(server)
        await model.sample(prompt(max_tokens=9))
        await model.aclose()
    assert server.calls[-1].body["max_completion_tokens"] == 9


async def test_concurrency_is_bounded_per_model() -> None:
    def three_or_the_last(calls: list[Call]) -> bool:
        return len(calls) == 12 or sum(not call.done for call in calls) >= 3

    with ScriptedServer(lambda call: Say("ok", once=three_or_the_last), latency=0.02) as server:
        model = client(server, concurrency=3)
        await asyncio.gather(*(model.sample(prompt(str(i))) for i in range(12)))
        await model.aclose()
    assert len(server.calls) == 12
    assert server.most_at_once == 3


async def test_connections_are_kept_and_no_more_than_the_calls_at_once() -> None:
    def all_of_a_round(calls: list[Call]) -> bool:
        return len(calls) <= 5 or len(calls) % 20 == 5

    with ScriptedServer(lambda call: Say("ok", once=all_of_a_round)) as server:
        model = client(server)
        for number in range(5):
            await model.sample(prompt(str(number)))
        assert server.connections == 1
        for _ in range(3):
            await asyncio.gather(*(model.sample(prompt(str(i))) for i in range(20)))
        await model.aclose()
    assert server.most_at_once == 20
    assert server.connections == 20


async def test_a_refusal_is_a_filtered_reply() -> None:
    refusal = {"index": 0, "message": {"content": None, "refusal": "I cannot"}}
    with ScriptedServer([Say("", extra={"choices": [refusal]})]) as server:
        model = client(server)
        (reply,) = await model.sample(prompt())
        await model.aclose()
    assert (reply.text, reply.finish) == ("I cannot", "filter")


async def test_calls_and_streams_go_through_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ScriptedServer(["asked", "streamed", "again", "beside it"]) as server:
        monkeypatch.setenv("HTTP_PROXY", server.base_url.replace("//", "//me:secret@"))
        far = OpenAIModel("tiny", base_url="http://model.invalid/v1", api_key=KEY)
        (reply,) = await far.sample(prompt())
        chunks = [chunk async for chunk in far.stream(prompt())]
        await far.aclose()
        monkeypatch.setenv("HTTP_PROXY", server.base_url.removeprefix("http://"))
        far = OpenAIModel("tiny", base_url="http://model.invalid/v1", api_key=KEY)
        await far.sample(prompt())
        await far.aclose()
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        near = client(server)
        await near.sample(prompt())
        await near.aclose()
    assert (reply.text, "".join(chunk.text for chunk in chunks)) == ("asked", "streamed")
    place = "http://model.invalid/v1/chat/completions"
    assert [call.path for call in server.calls] == [place, place, place, "/v1/chat/completions"]
    sent = ["proxy-authorization" in call.headers for call in server.calls]
    assert sent == [True, True, False, False]


async def test_a_proxy_of_a_secure_connection_sees_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 403 no\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(proxy, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        url = "https://model.invalid/v1"
        model = OpenAIModel("tiny", base_url=url, api_key=KEY, retry=Retry(attempts=1))
        with pytest.raises(ModelUnavailable) as caught:
            await model.sample(prompt())
        with pytest.raises(ModelUnavailable):
            assert not [chunk async for chunk in model.stream(prompt())]
        await model.aclose()
    assert [said.split()[0] for said in seen] == ["CONNECT", "CONNECT"]
    assert KEY not in str(seen) + str(caught.value)


async def test_nothing_is_said_of_the_machine_and_half_a_character_can_be_sent() -> None:
    with ScriptedServer(["ok", "ok"]) as server:
        model = client(server)
        await model.sample(prompt("\ud835"))
        assert [chunk async for chunk in model.stream(prompt("hi"))]
        await model.aclose()
    assert server.calls[0].last == "\ud835"
    assert not [name for call in server.calls for name in call.headers if "stainless" in name]
