"""Solutions cut where they are complete, checked fast and slowly, mended: on a real endpoint."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from proofloop.agents.llm.record import RecordedModel
from proofloop.agents.step_verifier import steps_of
from proofloop.core.budget import Budget, Limits
from proofloop.core.journal import Journal
from proofloop.graphs.context import Context
from proofloop.graphs.detect import HESITATION
from proofloop.graphs.runner import run_resumable
from proofloop.graphs.solve_detect_verify import solve_detect_verify_graph
from support.llm import client
from support.openai_server import Call, Fail, Item, Say, ScriptedServer

DONE = "6 * 7 is 42.\nAnswer: 42\n"
DOUBTS = " ".join(f"Wait, is {i} right?" for i in range(200))


class Endpoint:
    """Answers by role; ``fast`` (round by round, the last for all that follow) and ``slow`` are the
    first errors that the verifier names; after ``stops`` words of a solution nothing more comes."""

    def __init__(self, *solutions: str, complete: str = "Yes", stops: int | None = None) -> None:
        self.stops = stops
        self.solutions = list(solutions)
        self.complete = complete
        self.fast: list[list[Any]] = [[0]]
        self.slow: Any = 0
        self.roles: Counter[str] = Counter()
        self.asked: dict[str, list[str]] = {}

    def __call__(self, call: Call) -> Item:
        system = str(call.body["messages"][0]["content"])
        if system.startswith("You solve"):
            return self.say("solver", call, Say(self.next_solution(), stops=self.stops))
        if system.startswith("You read the work"):
            if "Write one line" in call.last:
                return self.say("conclude", call, "Answer: 42")
            return self.say("complete", call, Say(self.complete, logprobs=False))
        assert system.startswith("You check solutions")
        if "Go through the steps" in call.last:
            return self.say("slow", call, verdict(self.slow))
        named = self.fast.pop(0) if len(self.fast) > 1 else self.fast[0]
        verdicts = [verdict(named[i % len(named)]) for i in range(call.n)]
        return self.say("fast", call, Say(verdicts))

    def say(self, role: str, call: Call, item: Item) -> Item:
        self.roles[role] += call.n
        self.asked.setdefault(role, []).append(call.last)
        return item

    def next_solution(self) -> str:
        return self.solutions.pop(0) if len(self.solutions) > 1 else self.solutions[0]


def verdict(first_error: Any) -> str:
    if first_error == "garbled":
        return "I think it is fine"
    return json.dumps({"reasons": f"said {first_error}", "first_error": first_error})


async def solve(endpoint: Endpoint, **options: Any) -> tuple[dict[str, Any], ScriptedServer]:
    with ScriptedServer(endpoint) as server:
        model = client(server)
        state = await solve_detect_verify_graph(**options).ainvoke(
            {"problem": "What is 6 * 7?"}, context=Context(model=model, judge=model)
        )
        assert await server.until(lambda calls: all(call.done for call in calls))
        await model.aclose()
    return dict(state), server


async def test_a_complete_solution_is_cut_at_its_first_doubt_and_the_request_really_ends() -> None:
    endpoint = Endpoint(DONE + DOUBTS, stops=20)
    state, server = await solve(endpoint)
    assert state["solution"] == DONE.strip()
    assert state["answer"] == "42"
    assert state["detected"] == {"text": DONE.strip(), "cut": True, "checks": 1}
    assert [call.dropped for call in server.calls] == [True, False, False]
    assert endpoint.roles == Counter(solver=1, complete=1, fast=4)


async def test_who_reads_a_stream_can_ask_even_where_one_call_is_all_there_may_be() -> None:
    with ScriptedServer(Endpoint(DONE + DOUBTS, stops=20)) as server:
        model = client(server, concurrency=1)
        async with asyncio.timeout(60):
            state = await solve_detect_verify_graph().ainvoke(
                {"problem": "?"}, context=Context(model=model, judge=model)
            )
        await model.aclose()
    assert state["detected"]["cut"]


async def test_an_incomplete_solution_goes_on_and_is_asked_about_no_more_than_allowed() -> None:
    endpoint = Endpoint(f"6 * 7?\n{DOUBTS[:600]}\nAnswer: 42", complete="No")
    state, server = await solve(endpoint, most_checks=3)
    assert state["answer"] == "42"
    assert state["detected"]["cut"] is False
    assert state["detected"]["checks"] == endpoint.roles["complete"] == 3
    assert not any(call.dropped for call in server.calls)


async def test_a_solution_cut_before_its_answer_line_gets_one() -> None:
    endpoint = Endpoint("First, 6 * 7.\nThat makes 42. Wait, let me see. " + DOUBTS, stops=20)
    state, _ = await solve(endpoint)
    assert state["solution"] == "First, 6 * 7.\nThat makes 42.\n\nAnswer: 42"
    assert endpoint.roles["conclude"] == 1


async def test_fast_verdicts_that_agree_need_no_slow_one() -> None:
    endpoint = Endpoint(DONE)
    endpoint.fast = [[0, 0, 0, 1]]
    state, _ = await solve(endpoint, k=4, agreement=0.75)
    assert state["checks"] == [
        {"first_error": 0, "words": "said 0", "how": "fast", "fast": [0, 0, 0, 1]}
    ]
    assert endpoint.roles["slow"] == 0


async def test_fast_verdicts_that_disagree_are_decided_slowly() -> None:
    endpoint = Endpoint(DONE)
    endpoint.fast = [[0, 1]]
    state, _ = await solve(endpoint, k=4)
    assert endpoint.roles["slow"] == 1
    assert state["checks"][0]["how"] == "slow"
    assert state["checks"][0]["first_error"] == 0


async def test_an_error_goes_back_to_the_solver_with_what_held() -> None:
    endpoint = Endpoint("6 is even.\n\n6 * 7 is 41.\n\nAnswer: 41", DONE)
    endpoint.fast = [[2], [0]]
    state, _ = await solve(endpoint)
    assert state["answer"] == "42"
    assert [check["first_error"] for check in state["checks"]] == [2, 0]
    told = endpoint.asked["solver"][1]
    assert "Steps that hold:\n6 is even.\n\nThe next step does not hold:\n6 * 7 is 41." in told
    assert "said 2" in told


async def test_refinements_are_bounded_and_the_last_solution_stands() -> None:
    endpoint = Endpoint("It is 1.\nAnswer: 1")
    endpoint.fast = [[1]]
    state, _ = await solve(endpoint, rounds=2)
    assert endpoint.roles["solver"] == len(state["checks"]) == 3
    assert state["answer"] == "1"


@pytest.mark.parametrize("said", ["garbled", None, 99, -1])
async def test_a_verifier_that_says_nothing_usable_leaves_the_solution(said: Any) -> None:
    endpoint = Endpoint(DONE)
    endpoint.fast, endpoint.slow = [[said]], said
    state, _ = await solve(endpoint, k=2)
    assert state["answer"] == "42"
    assert state["checks"][0]["first_error"] is None
    assert endpoint.roles["solver"] == 1


async def test_a_verifier_that_is_down_leaves_the_solution_and_its_word() -> None:
    endpoint = Endpoint(DONE)

    def script(call: Call) -> Item:
        verifier = "You check" in str(call.body["messages"][0]["content"])
        return Fail(503) if verifier else endpoint(call)

    with ScriptedServer(script) as server:
        model = client(server)
        state = await solve_detect_verify_graph(k=1).ainvoke(
            {"problem": "?"}, context=Context(model=model, judge=model)
        )
        await model.aclose()
    assert state["answer"] == "42"
    assert "HTTP 503" in state["checks"][0]["words"]


async def test_a_cut_stream_is_counted_and_a_spent_budget_leaves_the_solution(
    tmp_path: Path,
) -> None:
    endpoint = Endpoint(DONE + DOUBTS, stops=20)
    with ScriptedServer(endpoint) as server:
        budget = Budget(Limits(calls=2))
        model = RecordedModel(client(server), Journal(tmp_path / "journal.jsonl"), budget)
        state = await run_resumable(
            solve_detect_verify_graph,
            {"problem": "?"},
            Context(model=model, judge=model),
            tmp_path / "checkpoints.sqlite",
            thread="main",
        )
        await model.aclose()
    assert state["answer"] == "42"
    assert "budget" in state["partial"]
    assert budget.spent().calls == 2
    assert budget.spent().tokens > 15  # the detection's fifteen and what the cut stream had used


async def test_a_question_that_waits_for_the_budget_of_its_own_stream_does_not_wait_for_ever(
    tmp_path: Path,
) -> None:
    endpoint = Endpoint(DONE + DOUBTS[:300])
    with ScriptedServer(endpoint) as server:
        journal = Journal(tmp_path / "journal.jsonl")
        model = RecordedModel(client(server), journal, Budget(Limits(calls=1)))
        async with asyncio.timeout(60):
            state = await run_resumable(
                lambda saver: solve_detect_verify_graph(saver, check_seconds=0.2),
                {"problem": "?"},
                Context(model=model, judge=model),
                tmp_path / "checkpoints.sqlite",
                thread="main",
            )
        await model.aclose()
    assert state["answer"] == "42"
    assert state["detected"]["cut"] is False
    assert state["detected"]["checks"] == 1
    assert "budget" in state["partial"]
    assert endpoint.roles == Counter(solver=1)


def test_words_of_hesitation_are_whole_words() -> None:
    for text in ("Wait, no", "so. Hmm, but", "Let me double-check this", "Alternatively, x"):
        assert HESITATION.search(text)
    for text in ("Waiting lists", "await it", "the waiter"):
        assert not HESITATION.search(text)
    assert steps_of("a\n\nb\nc") == ["a", "b\nc"]
    assert steps_of("a\nb") == ["a", "b"]


@pytest.mark.parametrize("options", [{"k": 0}, {"rounds": -1}, {"agreement": 0.0}])
def test_numbers_that_cannot_be_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least"):
        solve_detect_verify_graph(**options)
