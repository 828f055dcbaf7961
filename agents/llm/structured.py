"""Answers of a shape: ask for JSON by a schema, read it, and let the model mend it once."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from proofloop.agents.llm.base import Message, Model, Reply, Request
from proofloop.agents.prompts import Prompt
from proofloop.core.errors import ModelMalformed

T = TypeVar("T", bound=BaseModel)

# A text made to look like a thousand JSON beginnings must not cost a thousand parses.
MOST_BEGINNINGS = 200
FENCED = re.compile(r"```[\w-]*[ \t]*\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Answer(Generic[T]):
    """One sample read: ``value``, or ``error`` where neither the answer nor its repair could be
    read. ``replies`` are the calls behind it, the last one being what was read."""

    replies: tuple[Reply, ...]
    value: T | None = None
    error: ModelMalformed | None = None

    def get(self) -> T:
        """The value; raises ModelMalformed, with the text, if there is none."""
        if self.error is not None:
            raise self.error
        assert self.value is not None
        return self.value


async def ask(
    model: Model, request: Request, schema: type[T], *, n: int = 1, first: int = 0
) -> list[T]:
    """``n`` answers of the shape of ``schema``; raises ModelMalformed if one cannot be read, even
    after its repair turn."""
    return [answer.get() for answer in await ask_each(model, request, schema, n=n, first=first)]


async def ask_each(
    model: Model, request: Request, schema: type[T], *, n: int = 1, first: int = 0
) -> list[Answer[T]]:
    """``n`` answers, readable or not, so that one bad sample does not cost the others."""
    request = request.model_copy(
        update={"json_schema": json_schema(schema), "schema_name": schema.__name__}
    )

    async def read(reply: Reply, index: int) -> Answer[T]:
        try:
            return Answer((reply,), parse(reply, schema))
        except ModelMalformed as error:
            again = _repair(request, reply, str(error))
        (second,) = await model.sample(again, first=index)
        try:
            return Answer((reply, second), parse(second, schema))
        except ModelMalformed as error:
            return Answer((reply, second), error=error)

    replies = await model.sample(request, n, first=first)
    readings = (read(reply, index) for index, reply in enumerate(replies, first))
    answers: list[Answer[T]] = []
    for outcome in await asyncio.gather(*readings, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
        answers.append(outcome)
    return answers


@cache
def json_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """Made once: pydantic takes longer for it than the rest of a call."""
    return schema.model_json_schema()


def parse(reply: Reply, schema: type[T]) -> T:
    """The value in a reply; raises ModelMalformed saying what is wrong with it."""
    fault = "the answer was cut off before its end" if reply.finish == "length" else ""
    for text in json_texts(reply.text):
        try:
            return schema.model_validate_json(text)
        except ValidationError as error:
            fault = fault or first_fault(error)
    fault = fault or "there is no complete JSON object in the answer"
    raise ModelMalformed(f"{reply.model}: {fault}", text=reply.text)


def json_texts(text: str) -> Iterator[str]:
    """The JSON objects that a text holds, the likeliest first: the whole text, then fenced blocks,
    then objects between other words. The last come first, since models think before they answer."""
    if _is_object(text):
        yield text
        return
    blocks = [block for block in FENCED.findall(text) if _is_object(block)]
    yield from reversed(blocks)
    yield from reversed(list(_embedded(text)))


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _embedded(text: str) -> Iterator[str]:
    decoder = json.JSONDecoder()
    place = 0
    for _ in range(MOST_BEGINNINGS):
        place = text.find("{", place)
        if place < 0:
            return
        try:
            _, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            place += 1
        else:
            yield text[place:end]
            place = end


def first_fault(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"field {place}: {first['msg']}" if place else first["msg"]


def _repair(request: Request, reply: Reply, fault: str) -> Request:
    shown = Message(role="assistant", content=reply.text)
    wish = Message(
        role="user",
        content=PROMPT.fill("repair", fault=fault, schema=json.dumps(request.json_schema)),
    )
    return request.model_copy(update={"messages": (*request.messages, shown, wish)})


REPAIR = """\
That answer could not be read: {fault}.
Give the same answer again as one JSON object that matches this JSON schema, and nothing else:
{schema}"""

PROMPT = Prompt("repair", repair=REPAIR)
