from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from proofloop.agents.llm.base import Message, Model, Request
from proofloop.agents.llm.offline.model import OfflineModel
from proofloop.core.errors import ModelRejected

AMBIGUOUS = "What is the product of 2 and the sum of 3 and 4 and 5? Show that it is 24."


def request(role: str, **inputs: Any) -> Request:
    return Request(messages=(Message(role="user", content="x" * 10),), role=role, inputs=inputs)


async def answer(role: str, **inputs: Any) -> dict[str, Any]:
    (reply,) = await OfflineModel().sample(request(role, **inputs))
    found: dict[str, Any] = json.loads(reply.text)
    return found


async def test_formalizer_answers_a_statement_with_its_header() -> None:
    found = await answer(
        "formalizer", informal="Show that 2 + 2 = 4.", name="two_and_two", feedback=""
    )
    assert found == {
        "lean": "theorem two_and_two : 2 + 2 = 4",
        "header": "import Proofloop\nopen Nat",
        "notes": "",
    }


async def test_formalizer_refuses_with_reason_and_span() -> None:
    text = "Show that every polynomial is nice."
    found = await answer("formalizer", informal=text, name="t", feedback="")
    assert found["lean"] == found["header"] == ""
    assert found["notes"] == (
        "cannot read: the word 'polynomial' is not in the grammar at characters 16-26: 'polynomial'"
    )


async def test_name_that_lean_would_not_take_is_made_one() -> None:
    found = await answer("formalizer", informal="Show that 1 = 1.", name="2024/day-1", feedback="")
    assert found["lean"].startswith("theorem t_2024_day_1 :")


async def test_back_translator_answers_english() -> None:
    found = await answer("back_translator", lean="theorem t (n : ℕ) : n = n", header="")
    assert found == {
        "informal": "Let $n$ be a natural number. Show that $n = n$.",
        "notes": "",
    }


async def test_judge_answers_true_false_or_null() -> None:
    text = "Show that 2 + 2 = 4."
    for lean, consistent in (
        ("theorem t : 2 + 2 = 4", True),
        ("theorem t : 2 + 3 = 5", False),
        ("theorem t (x : ℝ) : x = x", None),
    ):
        found = await answer("judge", informal=text, lean=lean, header="")
        assert found["consistent"] is consistent


async def test_prover_leaves_proofs_to_the_portfolio() -> None:
    found = await answer("prover", statement="theorem t : 1 = 1", header="", feedback="")
    assert found["proof"] == ""
    assert "portfolio" in found["notes"]


async def test_other_roles_are_rejected_in_one_line() -> None:
    with pytest.raises(ModelRejected, match="no role 'poet'") as caught:
        await OfflineModel().sample(request("poet"))
    assert "\n" not in str(caught.value)


async def test_missing_input_is_rejected() -> None:
    with pytest.raises(ModelRejected, match="'informal'"):
        await OfflineModel().sample(request("formalizer", name="t"))


async def test_samples_of_one_reading_are_equal() -> None:
    model = OfflineModel()
    asked = request("formalizer", informal="Show that 1 = 1.", name="t", feedback="")
    replies = await model.sample(asked, 3, first=5)
    assert len({reply.text for reply in replies}) == 1


async def test_sample_index_is_the_index_of_the_reading() -> None:
    model = OfflineModel()
    asked = request("formalizer", informal=AMBIGUOUS, name="t", feedback="")
    first, second, third = (json.loads(r.text) for r in await model.sample(asked, 3))
    assert first["lean"] != second["lean"]
    assert first == third
    assert second["notes"] == "reading 2 of 2"
    (again,) = await model.sample(asked, 1, first=1)
    assert json.loads(again.text) == second


async def test_reply_says_who_spoke_and_estimates_tokens() -> None:
    model: Model = OfflineModel()
    (reply,) = await model.sample(request("judge", informal="Show that 1 = 1.", lean="", header=""))
    assert reply.model == model.name == "offline"
    assert reply.finish == "stop"
    assert reply.usage.estimated
    assert reply.usage.prompt_tokens == 3
    assert reply.usage.completion_tokens == -(-len(reply.text) // 4)
    await model.aclose()


async def test_stream_is_one_chunk_with_the_whole_reply() -> None:
    model = OfflineModel()
    asked = request("formalizer", informal=AMBIGUOUS, name="t", feedback="")
    chunks = [chunk async for chunk in model.stream(asked, index=1)]
    assert len(chunks) == 1
    assert chunks[0].reply is not None
    assert chunks[0].text == chunks[0].reply.text
    assert json.loads(chunks[0].text)["notes"] == "reading 2 of 2"


def test_importing_the_model_does_not_import_lark() -> None:
    code = "import sys; import proofloop.agents.llm.offline.model; sys.exit('lark' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=240)
