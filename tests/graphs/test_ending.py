"""A person's word at the end of every graph that formalizes."""

import json
import re
from typing import Any

import pytest

from proofloop.graphs.catalogue import formalizer_graph
from proofloop.graphs.reviewing import ReviewRequest
from proofloop.graphs.runner import run_resumable
from proofloop.tools.lean.hygiene.subject import HygieneLimits
from proofloop.tools.review import Decision, ReviewQueue
from support.formalizers import METHODS, Script
from support.formalizing import (
    BRIEF,
    FALSE,
    GOOD,
    INPUTS,
    UNBALANCED,
    VACUOUS,
    WEAK,
    WRONG_TYPE,
    Formalizer,
)
from support.openai_server import Call, Item, ScriptedServer

REFINING = [method for method in METHODS if method != "formalmath"]


class Reviewer:
    """Runs a method with a review, an answer at a time, each time from the checkpoint."""

    def __init__(
        self,
        formalizer: Formalizer,
        method: str,
        script: Script,
        hygiene: HygieneLimits = BRIEF,
    ) -> None:
        self.formalizer, self.method, self.script = formalizer, method, script
        self.hygiene = hygiene
        self.queue = ReviewQueue(formalizer.folder / "review.sqlite")

    async def say(
        self, action: Any = None, *, bounds: dict[str, int] | None = None, **fields: str
    ) -> dict[str, Any]:
        answer = Decision(action=action, **fields).model_dump() if action else None
        with ScriptedServer(self.script) as server:
            async with self.formalizer.context(
                server,
                reviews=self.queue,
                bounds={"samples": 1} | (bounds or {}),
                hygiene=self.hygiene,
            ) as context:
                return await run_resumable(
                    lambda saver: formalizer_graph(self.method)(saver, prove=False, review=True),
                    INPUTS,
                    context,
                    self.formalizer.folder / "checkpoints.sqlite",
                    thread="main",
                    answer=answer,
                )

    @property
    def asked(self) -> int:
        return sum(len(calls) for calls in self.script.seen.values())


def shown(state: dict[str, Any]) -> str:
    (value,) = state["waiting"]
    return ReviewRequest.model_validate(value).shown.draft


@pytest.mark.parametrize("method", REFINING)
async def test_a_comment_goes_to_the_formalizer_and_its_next_statement_waits(
    formalizer: Formalizer, method: str
) -> None:
    script = Script([WEAK, GOOD])
    reviewer = Reviewer(formalizer, method, script)
    assert shown(await reviewer.say()) == WEAK
    (first,) = reviewer.queue.items()
    assert first.item.faults == ()
    before = reviewer.asked
    assert shown(await reviewer.say()) == WEAK
    assert reviewer.asked == before  # to wait costs nothing
    assert shown(await reviewer.say("comment", comment="two numbers are meant")) == GOOD
    writer = "tool formalizer" if method == "atf" else "formalizer"
    assert any("two numbers are meant" in str(call.body) for call in script.seen[writer])
    state = await reviewer.say("accept", comment="so it is")
    assert (state["status"], state["statement"]) == ("consistent", GOOD)
    assert (state["verdict"]["method"], state["verdict"]["feedback"]) == ("reviewer", "so it is")
    assert [one.decision for one in reviewer.queue.items()] == ["returned", "accepted"]


@pytest.mark.parametrize("method", REFINING)
async def test_a_statement_that_comes_back_as_it_was_is_not_shown_again(
    formalizer: Formalizer, method: str
) -> None:
    reviewer = Reviewer(formalizer, method, Script([FALSE]))
    await reviewer.say()
    (one,) = reviewer.queue.items()
    assert [words.startswith("false: for a = ") for words in one.item.faults] == [True]
    state = await reviewer.say("comment", comment="two numbers are meant")
    assert state["status"] == "exhausted"
    assert "came back to a" in state["why"]


@pytest.mark.parametrize("method", METHODS)
async def test_an_edit_that_lean_refuses_is_shown_again_and_a_rejection_is_an_end(
    formalizer: Formalizer, method: str
) -> None:
    reviewer = Reviewer(formalizer, method, Script([WEAK]))
    await reviewer.say()
    assert shown(await reviewer.say("edit", statement=WRONG_TYPE)) == WRONG_TYPE
    state = await reviewer.say("reject", comment="not this")
    assert (state["status"], state["why"]) == ("rejected", "not this")
    assert state["rejected"][-1]["stage"] == "reviewer"


async def test_a_comment_in_the_queue_is_an_answer_and_opens_the_rounds_anew(
    formalizer: Formalizer,
) -> None:
    """Three of the four rounds are spent when the person speaks."""
    script = Script([*[UNBALANCED] * 3, WEAK, UNBALANCED, GOOD])
    reviewer = Reviewer(formalizer, "formalize", script)
    assert shown(await reviewer.say()) == WEAK
    (item,) = reviewer.queue.items()
    assert reviewer.queue.comment(item.id, "two numbers").decision == "returned"
    assert shown(await reviewer.say()) == GOOD


async def test_what_a_model_proves_false_is_shown_as_that(formalizer: Formalizer) -> None:
    """What is false for 100000 alone."""

    def prove(call: Call) -> Item:
        asked = re.search(r"(theorem hygiene_negation.*) := by", call.last, re.DOTALL)
        assert asked
        return json.dumps({"proof": f"{asked[1]} := fun all => all 100000 (by decide)"})

    far = "theorem even_sum (n : ℕ) : n * n ≠ 10000000000"
    reviewer = Reviewer(formalizer, "formalize", Script([far], prover=prove))
    await reviewer.say(bounds={"negations": 1})
    (one,) = reviewer.queue.items()
    assert ["all 100000 (by decide)" in words for words in one.item.faults] == [True]


async def test_each_of_several_readings_has_its_own_warnings(formalizer: Formalizer) -> None:
    minus = "theorem even_sum (a b : ℕ) (h : a - b = 0) : a ≤ b"
    reviewer = Reviewer(formalizer, "agreement", Script([VACUOUS, minus]))
    state = await reviewer.say(bounds={"samples": 2, "votes": 1})
    items = {one.item.statement: one.item for one in reviewer.queue.items()}
    assert "contradict" in items[VACUOUS].faults[0]
    assert items[minus].faults == () and "a - b" in items[minus].warnings[0]
    assert {item["statement"] for item in state["to_review"]} == set(items)


@pytest.mark.usefixtures("asked_anew")
async def test_checks_that_come_to_no_end_hold_nobody_up_and_it_is_said(
    formalizer: Formalizer,
) -> None:
    hurried = BRIEF.model_copy(update={"statement_seconds": 0.001})
    reviewer = Reviewer(formalizer, "formalize", Script([WEAK]), hygiene=hurried)
    assert shown(await reviewer.say()) == WEAK
    (one,) = reviewer.queue.items()
    assert "false was not checked: no answer in 0.001 s" in one.item.warnings


async def test_without_a_formalizer_that_waits_a_comment_leaves_the_item_open(
    formalizer: Formalizer,
) -> None:
    reviewer = Reviewer(formalizer, "formalmath", Script([GOOD]))
    await reviewer.say()
    assert shown(await reviewer.say("comment", comment="hm")) == GOOD
    assert (await reviewer.say("accept"))["status"] == "consistent"
