"""Tools that a model may call: what is told of them, and how their arguments are read.

The arguments are a pydantic model; its schema goes to the endpoint, and what comes back is held
against it. A call that cannot be read is no error of the run: its fault is the call's result, and
the model may try again.
"""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from proofloop.agents.llm.base import Message, Reply, ToolCall, ToolSpec
from proofloop.agents.llm.structured import first_fault
from proofloop.core.errors import ModelMalformed

T = TypeVar("T", bound=BaseModel)


def tool_spec(name: str, description: str, arguments: type[BaseModel]) -> ToolSpec:
    return ToolSpec(name=name, description=description, parameters=arguments.model_json_schema())


def read_arguments(call: ToolCall, arguments: type[T]) -> T:
    """The arguments of a call. Raises ModelMalformed with one line on what is wrong with them."""
    try:
        return arguments.model_validate_json(call.arguments or "{}")
    except ValidationError as error:
        fault = f"bad arguments for {call.name}: {first_fault(error)}"
        raise ModelMalformed(fault, text=call.arguments) from None


def turn(reply: Reply) -> Message:
    """A reply as the assistant's message in the conversation that goes on."""
    return Message(role="assistant", content=reply.text, tool_calls=reply.tool_calls)


def result(call: ToolCall, content: str) -> Message:
    return Message(role="tool", content=content, tool_call_id=call.id)
