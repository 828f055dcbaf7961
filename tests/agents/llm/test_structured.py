"""Answers of a shape, and the one repair turn."""

from __future__ import annotations

import time
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from proofloop.agents.llm.base import Reply
from proofloop.agents.llm.structured import ask, ask_each, json_texts, parse
from proofloop.core.errors import ModelMalformed
from support.llm import client, prompt
from support.openai_server import Call, Item, Say, ScriptedServer


class Grade(Enum):
    GOOD = "good"
    BAD = "bad"


class Vote(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    grade: Grade
    points: tuple[int, ...] = ()


GOOD = '{"grade": "good", "points": [1, 2]}'
VOTE = Vote(grade=Grade.GOOD, points=(1, 2))


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"  {GOOD}\n",
        f"Here it is:\n```json\n{GOOD}\n```\nIs that fine?",
        f"```\n{GOOD}\n```",
        f"I think that {GOOD} is right.",
        f"<think>maybe {{x}} or {{'grade': 1}} or {{ </think>{GOOD}",
        f'First {{"grade": "bad"}}, but no: {GOOD}',
        f'```json\n{{"grade": "bad"}}\n```\nOn reflection:\n```json\n{GOOD}\n```',
    ],
)
def test_the_object_is_found(text: str) -> None:
    assert parse(Reply(text=text, model="m"), Vote) == VOTE


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no complete JSON object"),
        ("good", "no complete JSON object"),
        ("[1]", "no complete JSON object"),
        ('{"grade": "good",}', "no complete JSON object"),
        ('{"grade": "fine"}', "field grade: Input should be 'good' or 'bad'"),
        ('{"grade": "good", "points": ["1"]}', "field points.0"),
        ('{"grade": "good", "extra": 1}', "field extra"),
        ("{" * 100_000, "no complete JSON object"),
        ('{"a":' * 100_000, "no complete JSON object"),
    ],
)
def test_what_cannot_be_read_says_why(text: str, fault: str) -> None:
    start = time.thread_time()
    with pytest.raises(ModelMalformed) as caught:
        parse(Reply(text=text, model="m"), Vote)
    assert fault in str(caught.value)
    assert caught.value.text == text
    assert time.thread_time() - start < 10


@given(st.text(), st.text(), st.dictionaries(st.text(), st.integers() | st.text()))
def test_an_object_alone_is_always_found_and_nothing_invented(
    before: str, after: str, value: dict[str, int | str]
) -> None:
    import json

    text = json.dumps(value)
    assert next(json_texts(text)) == text
    for found in json_texts(before + text + after):
        assert found in before + text + after
        assert isinstance(json.loads(found), dict)


async def test_a_bad_answer_is_shown_to_the_model_and_asked_again_once() -> None:
    with ScriptedServer(['{"grade": "fine"}', GOOD]) as server:
        model = client(server)
        assert await ask(model, prompt("vote"), Vote) == [VOTE]
        await model.aclose()
    first, second = (call.body["messages"] for call in server.calls)
    assert second[:1] == first
    assert second[1] == {"role": "assistant", "content": '{"grade": "fine"}'}
    assert "field grade: Input should be 'good' or 'bad'" in second[2]["content"]
    assert server.calls[0].body["response_format"]["json_schema"]["name"] == "Vote"


async def test_unparsable_after_the_repair_is_malformed_with_the_text() -> None:
    with ScriptedServer(["what?", "again what?", "never"]) as server:
        model = client(server)
        with pytest.raises(ModelMalformed) as caught:
            await ask(model, prompt(), Vote)
        await model.aclose()
    assert caught.value.text == "again what?"
    assert len(server.calls) == 2


async def test_a_cut_off_answer_is_named_as_such_in_the_repair() -> None:
    with ScriptedServer([Say('{"grade": "go', finish="length"), GOOD]) as server:
        model = client(server)
        await ask(model, prompt(), Vote)
        await model.aclose()
    assert "cut off" in server.calls[1].last


async def test_one_unreadable_sample_does_not_cost_the_others() -> None:
    def answer(call: Call) -> Item:
        return [GOOD, "nonsense", '{"grade": "bad"}'] if call.n == 3 else "still nonsense"

    with ScriptedServer(answer) as server:
        model = client(server)
        answers = await ask_each(model, prompt(), Vote, n=3, first=5)
        await model.aclose()
    assert [answer.value for answer in answers] == [VOTE, None, Vote(grade=Grade.BAD)]
    assert answers[1].error is not None and answers[1].error.text == "still nonsense"
    assert [len(answer.replies) for answer in answers] == [1, 2, 1]
    assert len(server.calls) == 2
