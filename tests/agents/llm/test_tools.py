"""Tool calls over a real HTTP server: what is sent, what is read, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from proofloop.agents.llm.base import Message, Reply, Request, ToolCall, ToolSpec
from proofloop.agents.llm.json_actions import JsonActions
from proofloop.agents.llm.record import RecordedModel
from proofloop.agents.llm.tokens import estimate_prompt
from proofloop.agents.llm.tools import read_arguments, result, tool_spec, turn
from proofloop.core.budget import Budget
from proofloop.core.errors import ModelMalformed, ModelRejected, ReplayMiss
from proofloop.core.journal import Journal
from support.llm import client, prompt
from support.openai_server import Call, Fail, Item, Say, ScriptedServer


class Look(BaseModel):
    model_config = ConfigDict(extra="forbid")

    place: str
    depth: int = 1


LOOK = tool_spec("look", "Looks.", Look)
CALL = ("look", {"place": "here"})


def with_tools(text: str = "go on", *tools: ToolSpec) -> Request:
    return prompt(text).model_copy(update={"tools": tools or (LOOK,)})


def choice(**message: Any) -> Say:
    return Say("", extra={"choices": [{"index": 0, "message": message}]})


async def ask(item: Item, request: Request | None = None) -> tuple[Reply, Call]:
    with ScriptedServer([item]) as server:
        model = client(server)
        (reply,) = await model.sample(request or with_tools())
        await model.aclose()
        return reply, server.calls[0]


async def test_tools_are_sent_with_their_schemas_and_calls_are_read() -> None:
    reply, call = await ask(Say("I look.", tools=[CALL, ("look", {"place": "there"})]))
    (tool,) = call.body["tools"]
    assert tool["type"] == "function"
    assert tool["function"]["name"] == "look"
    assert tool["function"]["parameters"]["required"] == ["place"]
    assert reply.text == "I look."
    assert reply.finish == "stop"
    assert [read_arguments(each, Look).place for each in reply.tool_calls] == ["here", "there"]
    assert len({each.id for each in reply.tool_calls}) == 2


async def test_calls_and_results_go_back_in_the_protocols_form() -> None:
    first = ToolCall(id="c1", name="look", arguments='{"place": "here"}')
    said = turn(Reply(text="", model="m", tool_calls=(first,)))
    talk = (Message(role="user", content="go on"), said, result(first, "nothing"))
    _, call = await ask("done", with_tools().model_copy(update={"messages": talk}))
    assistant, tool = call.body["messages"][1:]
    assert assistant == {
        "role": "assistant",
        "content": "",
        "tool_calls": [
            {
                "id": "c1",
                "type": "function",
                "function": {"name": "look", "arguments": '{"place": "here"}'},
            }
        ],
    }
    assert tool == {"role": "tool", "content": "nothing", "tool_call_id": "c1"}


async def test_a_stream_puts_calls_together_from_their_pieces() -> None:
    item = Say("well", tools=[("look", {"place": "behind the house"}), CALL], usage=(9, 7))
    with ScriptedServer([item]) as server:
        model = client(server)
        chunks = [chunk async for chunk in model.stream(with_tools())]
        await model.aclose()
    reply = chunks[-1].reply
    assert reply is not None and reply.text == "well"
    places = [read_arguments(each, Look).place for each in reply.tool_calls]
    assert places == ["behind the house", "here"]


@pytest.mark.parametrize(
    ("calls", "read"),
    [
        ([{"function": {"name": "f", "arguments": {"place": "x"}}}], [("f", '{"place": "x"}')]),
        ([{"id": None, "function": {"name": "look", "arguments": None}}], [("look", "")]),
        ([{"id": "a", "function": {"name": "f"}}, {"id": "a", "function": {"name": "g"}}],
         [("f", ""), ("g", "")]),
        (None, []),
    ],
)  # fmt: skip
async def test_servers_that_write_calls_in_their_own_way_are_read(
    calls: Any, read: list[tuple[str, str]]
) -> None:
    reply, _ = await ask(choice(content=None, tool_calls=calls))
    assert [(each.name, each.arguments) for each in reply.tool_calls] == read
    assert len({each.id for each in reply.tool_calls}) == len(read)


async def test_calls_that_are_no_calls_are_malformed() -> None:
    with pytest.raises(ModelMalformed, match="tool_calls"):
        await ask(choice(content="", tool_calls="look here"))


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ("{oops", "bad arguments for look"),
        ("[1]", "bad arguments for look"),
        ("{}", "field place"),
        ('{"place": 3}', "field place"),
        ('{"place": "x", "colour": "red"}', "field colour"),
    ],
)
def test_arguments_that_do_not_fit_are_named(arguments: str, fault: str) -> None:
    with pytest.raises(ModelMalformed, match=fault):
        read_arguments(ToolCall(id="1", name="look", arguments=arguments), Look)


@pytest.mark.parametrize(
    "words",
    [
        "registry.ollama.ai/library/tiny does not support tools",
        '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    ],
)
async def test_a_server_without_tools_is_an_error_that_says_what_to_choose(words: str) -> None:
    with ScriptedServer(lambda call: Fail(400, words)) as server:
        model = client(server)
        with pytest.raises(ModelRejected, match=r'sampling\.tool_calls = "json"'):
            await model.sample(with_tools())
        await model.aclose()
    assert len(server.calls) == 1


async def test_a_recorded_call_with_tools_is_replayed_with_its_calls(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    with ScriptedServer([Say("", tools=[CALL])]) as server:
        model = RecordedModel(client(server), Journal(path), Budget())
        (live,) = await model.sample(with_tools())
        again = RecordedModel(client(server), Journal(path), Budget(), replay_only=True)
        (replayed,) = await again.sample(with_tools())
        other = tool_spec("listen", "Listens.", Look)
        with pytest.raises(ReplayMiss, match="listen"):
            await again.sample(with_tools("go on", other))
        await model.aclose()
        await again.aclose()
    assert len(server.calls) == 1
    assert replayed == live
    assert replayed.tool_calls[0].name == "look"


async def test_a_request_without_tools_is_recorded_as_ever(tmp_path: Path) -> None:
    """Journals from before there were tools still answer."""
    request = prompt().model_dump(mode="json")
    assert "tools" not in request
    assert request["messages"] == [{"role": "user", "content": "hello"}]


def test_tools_count_as_tokens_of_the_prompt() -> None:
    assert estimate_prompt(with_tools()) > estimate_prompt(prompt("go on")) + 20


async def test_json_actions_are_tool_calls_to_whoever_asks() -> None:
    first = ToolCall(id="c1", name="look", arguments='{"place": "here"}')
    talk = (
        Message(role="system", content="You look."),
        Message(role="user", content="go on"),
        turn(Reply(text="", model="m", tool_calls=(first,))),
        result(first, "nothing"),
    )
    answer = json.dumps({"thought": "hm", "tool": "look", "arguments": {"place": "there"}})
    with ScriptedServer([answer, "I would rather not"]) as server:
        model = JsonActions(client(server))
        request = with_tools().model_copy(update={"messages": talk})
        (reply,) = await model.sample(request)
        (refusal,) = await model.sample(request)
        await model.aclose()
    assert (reply.text, reply.tool_calls[0].name) == ("hm", "look")
    assert read_arguments(reply.tool_calls[0], Look).place == "there"
    assert (refusal.text, refusal.tool_calls) == ("I would rather not", ())
    system, _, said, told = (message["content"] for message in server.calls[0].body["messages"])
    assert "tools" not in server.calls[0].body
    assert system.startswith("You look.") and "look: Looks." in system
    assert json.loads(said) == {"tool": "look", "arguments": {"place": "here"}}
    assert told == "Result:\nnothing"
