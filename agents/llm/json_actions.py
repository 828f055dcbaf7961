"""Tool calls for models that have none: each turn is one JSON object that names a tool.

The conversation keeps its tool calls and results; only what is sent differs. Chosen by whoever
opens the model (the setting ``sampling.tool_calls``), never silently: a model samples the two
differently.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from proofloop.agents.llm.base import Chunk, Message, Model, Reply, Request, ToolCall
from proofloop.agents.llm.structured import parse
from proofloop.core.errors import ModelMalformed


class Action(BaseModel):
    model_config = ConfigDict(frozen=True)

    thought: str = ""
    tool: str = Field(description="name of the tool")
    arguments: dict[str, JsonValue] = Field(description="by the tool's schema")


class JsonActions:
    """Implements Model over ``model``. Requests without tools pass through. An answer that is no
    action comes back as a reply without tool calls, its text as it was."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    async def sample(self, request: Request, n: int = 1, *, first: int = 0) -> list[Reply]:
        if not request.tools:
            return await self._model.sample(request, n, first=first)
        replies = await self._model.sample(as_json_actions(request), n, first=first)
        return [with_tool_call(reply, request) for reply in replies]

    async def stream(self, request: Request, *, index: int = 0) -> AsyncGenerator[Chunk, None]:
        """Not in pieces where there are tools: an action can be read when it is whole."""
        if request.tools:
            (reply,) = await self.sample(request, first=index)
            yield Chunk(text=reply.text, reply=reply)
            return
        async for chunk in self._model.stream(request, index=index):
            yield chunk

    async def aclose(self) -> None:
        await self._model.aclose()


def as_json_actions(request: Request) -> Request:
    """The same conversation without tools: they are told of in the first message, calls are JSON
    texts of the assistant, results are words of the user."""
    tools = "\n".join(
        TOOL.format(
            name=tool.name,
            description=tool.description,
            parameters=json.dumps(tool.parameters, ensure_ascii=False),
        )
        for tool in request.tools
    )
    first, *rest = (as_text(message) for message in request.messages)
    told = first.model_copy(update={"content": f"{first.content}\n\n{TOOLS.format(tools=tools)}"})
    return request.model_copy(
        update={
            "messages": (told, *rest),
            "tools": (),
            "json_schema": Action.model_json_schema(),
            "schema_name": "action",
        }
    )


def as_text(message: Message) -> Message:
    if message.role == "tool":
        return Message(role="user", content=RESULT.format(result=message.content))
    if message.tool_calls:
        call = message.tool_calls[0]
        said = f'{{"tool": {json.dumps(call.name)}, "arguments": {call.arguments or "{}"}}}'
        return Message(role="assistant", content=said)
    return message


def with_tool_call(reply: Reply, request: Request) -> Reply:
    """The reply as the tool call that its text asks for, if it can be read."""
    try:
        action = parse(reply, Action)
    except ModelMalformed:
        return reply
    call = ToolCall(
        # One action a turn: the place in the conversation tells the calls apart.
        id=f"action_{len(request.messages)}",
        name=action.tool,
        arguments=json.dumps(action.arguments, ensure_ascii=False),
    )
    return reply.model_copy(update={"text": action.thought, "tool_calls": (call,)})


TOOLS = """\
You act by tools. Every answer of yours is one JSON object and nothing else, such as \
{{"thought": "...", "tool": "NAME", "arguments": {{...}}}}. The tools:
{tools}"""

TOOL = "- {name}: {description} Arguments by this JSON schema: {parameters}"

RESULT = """\
Result:
{result}"""
