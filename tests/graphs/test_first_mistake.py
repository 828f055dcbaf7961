"""Locating the first mistake: against the expected accuracy, and with a scripted endpoint."""

from __future__ import annotations

import json
import math

import pytest

from proofloop.agents.step_checker import ModelStepChecker
from proofloop.core.errors import BudgetExceeded
from proofloop.core.task import Task
from proofloop.datasets.mistakes import bbmistake, located
from proofloop.graphs.first_mistake import FirstMistake, SimulatedChecker, first_mistake, plan
from support.llm import client
from support.openai_server import Call, Item, ScriptedServer
from support.simulated import TASK

STEPS = ("one", "two", "three", "four")


def majority_right(accuracy: float, votes: int) -> float:
    """The chance that most of an odd number of independent votes are right."""
    return sum(
        math.comb(votes, k) * accuracy**k * (1 - accuracy) ** (votes - k)
        for k in range(votes // 2 + 1, votes + 1)
    )


@pytest.mark.parametrize(("accuracy", "votes"), [(0.9, 1), (0.8, 3), (0.7, 5)])
async def test_accuracy_on_recorded_traces_is_the_computed_one(accuracy: float, votes: int) -> None:
    """A mistake at k is found with probability q^(k+1), n right steps are cleared with q^n."""
    traces = bbmistake()
    q = majority_right(accuracy, votes)
    places = []
    for trace in traces:
        checker = SimulatedChecker(trace.wrong, accuracy=accuracy)
        places.append((await first_mistake(checker, trace.task, trace.steps, votes=votes)).place)
    expected = [
        q ** (len(trace.steps) if trace.wrong is None else trace.wrong + 1) for trace in traces
    ]
    mean = sum(expected) / len(expected)
    spread = math.sqrt(sum(p * (1 - p) for p in expected)) / len(expected)
    assert located(traces, places).location.value == pytest.approx(mean, abs=4 * spread)


async def test_a_perfect_checker_finds_every_mistake_and_asks_nothing_beyond_it() -> None:
    for at in (0, 2, 3, None):
        checker = SimulatedChecker(at, accuracy=1.0)
        found = await first_mistake(checker, TASK, STEPS, votes=3)
        assert found.place == at
        assert found.calls == checker.calls == 3 * (4 if at is None else at + 1)
    assert plan(checker, TASK, STEPS, votes=3).calls == 12


async def test_several_steps_at_a_time_find_the_same_place() -> None:
    for at in (0, 1, 3, None):
        one, four = SimulatedChecker(at, seed=4), SimulatedChecker(at, seed=4)
        first = await first_mistake(one, TASK, STEPS, votes=3)
        assert (await first_mistake(four, TASK, STEPS, votes=3, width=4)).place == first.place
        assert four.calls == 12


async def test_biases_show_as_the_errors_they_are() -> None:
    lenient = SimulatedChecker(1, lenient=1.0)
    assert (await first_mistake(lenient, TASK, STEPS)).place is None
    assert (await first_mistake(SimulatedChecker(None, severe=1.0), TASK, STEPS)).place == 0


async def test_silence_is_no_vote_and_is_told() -> None:
    found = await first_mistake(SimulatedChecker(1, silent=1.0), TASK, STEPS, votes=2)
    assert (found.place, found.note) == (None, "no readable vote")
    assert await first_mistake(SimulatedChecker(None), TASK, ()) == FirstMistake(note="no steps")
    for bounds in ({"votes": 0}, {"width": 0}):
        with pytest.raises(ValueError):
            await first_mistake(SimulatedChecker(None), TASK, STEPS, **bounds)


def says(call: Call, wrong: str) -> Item:
    step = call.last.split("<step>")[1].split("</step>")[0].strip()
    return json.dumps({"reasons": "r", "correct": step != wrong})


async def test_a_model_is_asked_step_by_step_with_the_steps_before() -> None:
    with ScriptedServer(lambda call: says(call, "three")) as server:
        model = client(server)
        found = await first_mistake(ModelStepChecker(model), TASK, STEPS)
        await model.aclose()
        prompts = [call.last for call in server.calls]
    assert (found.place, found.votes, found.calls) == (2, ((0, 1), (0, 1), (1, 0)), 3)
    assert "1. one\n2. two\n" in prompts[2] and "Step 3:" in prompts[2]
    assert "four" not in "".join(prompts)
    assert "(none)" in prompts[0]


async def test_an_unreadable_answer_and_a_null_are_abstentions() -> None:
    def script(call: Call) -> Item:
        return "no idea" if "<step>\none" in call.last else json.dumps({"correct": None})

    with ScriptedServer(script) as server:
        model = client(server)
        found = await first_mistake(ModelStepChecker(model), TASK, STEPS[:2])
        await model.aclose()
    assert (found.place, found.votes, found.note) == (None, ((0, 0), (0, 0)), "no readable vote")


async def test_a_spent_budget_gives_what_was_found_by_then() -> None:
    class Poor(SimulatedChecker):
        async def wrong(self, task: Task, steps: object, place: int, *, index: int = 0) -> bool:
            if place == 2:
                raise BudgetExceeded("calls", allowed=2, spent=2, asked=1)
            return False

    found = await first_mistake(Poor(3), TASK, STEPS)
    assert (found.place, found.partial, len(found.votes)) == (None, True, 3)
    assert "budget of 2 calls" in found.note
