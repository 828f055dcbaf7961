"""A person's decision in the middle of a graph: real interrupts, the real Lean, real SIGKILL."""

import json
from pathlib import Path
from typing import Any

import pytest

from proofloop.core.errors import InputError
from proofloop.graphs.agreement import agreement_graph
from proofloop.graphs.context import DEFAULT_HEADER, Context
from proofloop.graphs.formalmath import formalmath_graph
from proofloop.graphs.reviewing import ReviewRequest, review_graph, settle
from proofloop.graphs.runner import GraphFactory, run_resumable
from proofloop.tools.review import Decision, ReviewItem, ReviewQueue
from support import waiting_run
from support.forked import Forked, run_forked
from support.formalizing import (
    BRIEF,
    FALSE,
    GOOD,
    INPUTS,
    TEXT,
    UNBALANCED,
    WEAK,
    WRONG_TYPE,
    Formalizer,
    judge_answer,
    lean_answer,
    system,
)
from support.openai_server import Call, Item, Say, ScriptedServer

INTEGERS = "theorem even_sum (a b : ℤ) (ha : Even a) (hb : Even b) : Even (a + b)"
# No statement here needs a long search.
BETTER = "theorem even_sum {a b : ℕ} (hb : Even b) (ha : Even a) : Even (a + b)"


def item(statement: str) -> ReviewItem:
    return ReviewItem(
        task="even_sum", informal=TEXT, header=DEFAULT_HEADER, statement=statement, samples=2
    )


ITEMS = {"to_review": [item(text).model_dump(mode="json") for text in (WEAK, GOOD)]}


def script(*statements: str, consistent: bool = True) -> Any:
    def answer(call: Call) -> Item:
        if "You formalize" in system(call):
            return Say([lean_answer(text) for text in statements])
        if "You read Lean" in system(call):
            return json.dumps({"informal": f"it says {call.last}"})
        return judge_answer(consistent, "so I think")

    return answer


class Reviewer:
    """Runs one graph, an answer at a time, each time as from a new process: over its files."""

    def __init__(
        self,
        formalizer: Formalizer,
        server: ScriptedServer,
        queue: ReviewQueue | None = None,
        graph: GraphFactory = review_graph,
        inputs: dict[str, Any] | None = None,
        **bounds: Any,
    ) -> None:
        self.formalizer, self.server, self.queue = formalizer, server, queue
        self.graph, self.inputs, self.bounds = graph, ITEMS if inputs is None else inputs, bounds

    async def say(self, answer: Any = None) -> dict[str, Any]:
        if isinstance(answer, Decision):
            answer = answer.model_dump()
        async with self.formalizer.context(
            self.server, reviews=self.queue, bounds=self.bounds, hygiene=BRIEF
        ) as context:
            return await self.run(context, answer)

    async def run(self, context: Context, answer: Any) -> dict[str, Any]:
        checkpoints = self.formalizer.folder / "checkpoints.sqlite"
        return await run_resumable(
            self.graph, self.inputs, context, checkpoints, thread="main", answer=answer
        )


def waiting(state: dict[str, Any]) -> ReviewRequest:
    (value,) = state["waiting"]
    return ReviewRequest.model_validate(value)


@pytest.fixture
def queue(tmp_path: Path) -> ReviewQueue:
    return ReviewQueue(tmp_path / "review.sqlite")


@pytest.mark.parametrize("queued", [True, False])
async def test_it_asks_until_one_is_accepted_and_keeps_what_is_said(
    formalizer: Formalizer, queue: ReviewQueue, queued: bool
) -> None:
    with ScriptedServer([]) as server:
        reviewer = Reviewer(formalizer, server, queue if queued else None)
        first = waiting(await reviewer.say())
        assert (first.shown.item.statement, first.place, first.of) == (WEAK, 1, 2)
        assert [one.statement for one in first.rivals] == [GOOD]
        again = waiting(await reviewer.say())  # without an answer it asks the same
        assert again == first
        second = waiting(await reviewer.say(Decision(action="reject", comment="one number")))
        assert (second.shown.item.statement, second.place) == (GOOD, 2)
        third = waiting(await reviewer.say(Decision(action="comment", comment="and zero?")))
        assert (third.shown.comment, third.place) == ("and zero?", 2)
        state = await reviewer.say(Decision(action="accept", comment="fine"))
    assert "waiting" not in state
    assert [(one["decision"], one["comment"]) for one in state["reviewed"]] == [
        ("rejected", "one number"), ("accepted", "and zero?\nfine"),
    ]  # fmt: skip
    if queued:
        assert [one.model_dump(mode="json") for one in queue.items()] == state["reviewed"]
    with ScriptedServer([]) as server, pytest.raises(InputError, match="nothing waits"):
        await Reviewer(formalizer, server, queue).say(Decision(action="accept"))


@pytest.mark.parametrize("queued", [True, False])
async def test_an_edit_counts_when_every_check_has_passed_it(
    formalizer: Formalizer, queue: ReviewQueue, queued: bool
) -> None:
    with ScriptedServer([]) as server:
        reviewer = Reviewer(formalizer, server, queue if queued else None)
        await reviewer.say()
        for text, fault, words in (
            (UNBALANCED, "precheck", "'(' is never closed"),
            (WRONG_TYPE, "lean", "Even a"),
            (FALSE, "false", "for "),
            ("1 + 1 = 2", "precheck", "exactly one theorem"),
        ):
            edit = Decision(action="edit", statement=text, comment=f"try {fault}")
            shown = waiting(await reviewer.say(edit)).shown
            assert shown.recheck is not None
            assert (shown.recheck.fault, shown.recheck.statement) == (fault, text)
            assert words in shown.recheck.words
            assert (shown.decision, shown.draft) == (None, text)
        state = await reviewer.say(Decision(action="edit", statement=f"{BETTER} := by sorry"))
    (one,) = state["reviewed"]
    assert (one["decision"], one["statement"]) == ("edited", BETTER)
    assert one["comment"].splitlines() == ["try precheck", "try lean", "try false", "try precheck"]
    if queued:
        found = queue.get(one["id"])
        assert found.accepted and found.recheck and found.recheck.lean.startswith("embedded")


@pytest.mark.parametrize(
    "answer", ["accept", {"action": "edit"}, {"action": "approve"}, {"action": "accept", "x": 1}]
)
async def test_an_answer_that_is_no_decision_is_asked_for_again(
    formalizer: Formalizer, queue: ReviewQueue, answer: Any
) -> None:
    with ScriptedServer([]) as server:
        reviewer = Reviewer(formalizer, server, queue)
        await reviewer.say()
        request = waiting(await reviewer.say(answer))
        assert request.misread
        assert request.shown.item.statement == WEAK
        state = await reviewer.say(Decision(action="accept"))
    assert [one["decision"] for one in state["reviewed"]] == ["accepted"]


async def test_what_the_judges_say_of_an_edit_is_shown_and_the_person_has_the_last_word(
    formalizer: Formalizer, queue: ReviewQueue
) -> None:
    with ScriptedServer(script(consistent=False)) as server:
        reviewer = Reviewer(formalizer, server, queue, judge_edits=True)
        await reviewer.say()
        edit = Decision(action="edit", statement=BETTER)
        found = waiting(await reviewer.say(edit)).shown.recheck
        assert found is not None and found.passed
        assert (found.consistent, found.words) == (False, "so I think")
        assert str(found.votes[0]["back_translation"]).startswith("it says")
        other = Decision(action="edit", statement=BETTER.replace("ℕ", "ℤ"))
        waiting(await reviewer.say(other))  # another statement, so another word of theirs
        waiting(await reviewer.say(edit))
        state = await reviewer.say(edit)
        assert len(server.calls) == 2 * 2  # nothing is asked twice
    assert state["reviewed"][0]["statement"] == BETTER


async def test_an_edit_is_not_written_over_what_was_decided_while_it_was_checked(
    formalizer: Formalizer, queue: ReviewQueue
) -> None:
    shown = item(GOOD)
    queue.add(shown)
    others = ReviewQueue(queue.path)

    def meanwhile(call: Call) -> Item:
        others.decide(shown.id, "rejected", comment="no")
        return judge_answer(True)

    edit = Decision(action="edit", statement=BETTER)
    with ScriptedServer(meanwhile) as server:
        async with formalizer.context(
            server, reviews=queue, bounds={"judge_edits": True}, hygiene=BRIEF
        ) as context:
            with pytest.raises(InputError, match="rejected by somebody else meanwhile"):
                await settle(context, queue, shown.id, edit)
    after = queue.get(shown.id)
    assert (after.decision, after.comment, after.draft) == ("rejected", "no", BETTER)


async def test_with_nothing_to_review_nobody_is_asked(formalizer: Formalizer) -> None:
    with ScriptedServer([]) as server:
        state = await Reviewer(formalizer, server, inputs={"to_review": []}).say()
    assert state == {"to_review": [], "reviewed": [], "misread": "", "said": {}}


async def test_formalmath_stops_for_the_person_and_goes_on_with_what_they_want(
    formalizer: Formalizer, queue: ReviewQueue
) -> None:
    def graph(saver: Any) -> Any:
        return formalmath_graph(saver, review=True)

    with ScriptedServer(script(WEAK, GOOD)) as server:
        reviewer = Reviewer(formalizer, server, queue, graph, INPUTS, samples=2)
        request = waiting(await reviewer.say())
        assert [request.shown.item.statement, request.rivals[0].statement] == [WEAK, GOOD]
        assert all(text.startswith("it says") for text in request.shown.item.translations.values())
        waiting(await reviewer.say(Decision(action="reject", comment="only one number")))
        state = await reviewer.say(Decision(action="edit", statement=BETTER, comment="implicit"))
    assert (state["status"], state["statement"]) == ("consistent", BETTER)
    assert (state["verdict"]["method"], state["verdict"]["feedback"]) == ("reviewer", "implicit")
    assert "Even (a + b)" in state["proof"]
    assert [one.decision for one in queue.items()] == ["rejected", "edited"]


async def test_a_decision_made_in_the_queue_is_an_answer(
    formalizer: Formalizer, queue: ReviewQueue
) -> None:
    def graph(saver: Any) -> Any:
        return formalmath_graph(saver, prove=False, review=True)

    with ScriptedServer(script(WEAK, GOOD)) as server:
        reviewer = Reviewer(formalizer, server, queue, graph, INPUTS, samples=2)
        waiting(await reviewer.say())
        queue.decide(item_of(queue, GOOD), "accepted", comment="this one")
        state = await reviewer.say()
    assert (state["status"], state["statement"]) == ("consistent", GOOD)
    assert [one.decision for one in queue.items()] == [None, "accepted"]


def item_of(queue: ReviewQueue, statement: str) -> str:
    return next(one.id for one in queue.items() if one.item.statement == statement)


async def test_when_all_are_rejected_the_end_has_the_persons_words(
    formalizer: Formalizer,
) -> None:
    def graph(saver: Any) -> Any:
        return formalmath_graph(saver, review=True)

    with ScriptedServer(script(WEAK)) as server:
        reviewer = Reviewer(formalizer, server, None, graph, INPUTS, samples=1)
        await reviewer.say()
        state = await reviewer.say(Decision(action="reject", comment="two numbers are meant"))
    assert (state["status"], state["why"]) == ("rejected", "two numbers are meant")
    assert state["rejected"][-1]["stage"] == "reviewer"
    assert not state.get("proof")


async def test_an_ambiguous_text_waits_with_its_readings_side_by_side(
    formalizer: Formalizer, queue: ReviewQueue
) -> None:
    def graph(saver: Any) -> Any:
        return agreement_graph(saver, prove=False, review=True)

    with ScriptedServer(script(GOOD, INTEGERS)) as server:
        reviewer = Reviewer(formalizer, server, queue, graph, INPUTS, samples=2, votes=1)
        request = waiting(await reviewer.say())
        readings = [request.shown.item, *request.rivals]
        assert {one.statement for one in readings} == {GOOD, INTEGERS}
        assert all(one.translation.startswith("it says") for one in readings)
        assert "only the first assumes" in readings[1].differs
        waiting(await reviewer.say(Decision(action="reject")))
        state = await reviewer.say(Decision(action="accept"))
    assert (state["status"], state["statement"]) == ("consistent", readings[1].statement)


async def test_in_a_run_without_review_the_readings_are_queued_and_nothing_waits(
    formalizer: Formalizer, queue: ReviewQueue
) -> None:
    with ScriptedServer(script(GOOD, INTEGERS)) as server:
        state = await formalizer.run(
            agreement_graph, server, reviews=queue, bounds={"samples": 2, "votes": 1}
        )
    assert (state["status"], "waiting" in state) == ("ambiguous", False)
    assert {one.item.statement for one in queue.items(waiting=True)} == {GOOD, INTEGERS}


def start(*arguments: str) -> Forked:
    return Forked([waiting_run.__file__, *arguments])


def kill_at(process: Forked, word: str) -> None:
    for line in process.stdout:
        if line.strip() == word:
            break
    else:
        raise AssertionError(f"ended without {word!r}")
    process.kill()


@pytest.mark.timeout(300)
def test_killed_while_it_waits_and_while_it_checks_an_edit_nothing_is_lost(tmp_path: Path) -> None:
    edit = Decision(action="edit", statement=BETTER, comment="implicit")
    (tmp_path / "edit.json").write_text(edit.model_dump_json())
    with ScriptedServer(script(WEAK, GOOD)) as server:
        run = (server.base_url, str(tmp_path / "r"))
        kill_at(start(*run), "waiting")
        calls = len(server.calls)
        # The answer is heard ("ask"), its statement is being checked.
        kill_at(start(*run, str(tmp_path / "edit.json")), "ask")
        done = run_forked([waiting_run.__file__, *run], timeout=240)
        assert len(server.calls) == calls
    state = json.loads(done.stdout.splitlines()[-1])
    assert (state["status"], state["statement"]) == ("consistent", BETTER)
    queue = ReviewQueue(tmp_path / "r" / "review.sqlite")
    assert [(one.decision, one.comment) for one in queue.items()] == [
        ("edited", "implicit"), (None, ""),
    ]  # fmt: skip
