"""TMAS: accuracy by rounds with known chances, what its attempts read, and its banks' bounds."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.agents.llm.base import Request
from proofloop.agents.llm.tokens import estimate_tokens
from proofloop.core.same import IDENTICAL, Same
from proofloop.graphs.banks import Bank, similarity
from proofloop.graphs.scored import Scored
from proofloop.graphs.standings import Standing, answered, tallied
from proofloop.graphs.tmas import tmas_graph
from proofloop.tools.answers.same import SameAnswers
from support.simulated_model import Role, SimulatedModel, attempt, perfect, within

RUNS, N = 60, 8
ALONE, TAUGHT, OTHERWISE = 0.2, 0.6, 0.3
KEY = "the third case has to be counted twice"


def solver(request: Request, rng: random.Random) -> str:
    """Knows little; much with the key; and a bit more when it leaves the beaten track."""
    context = str(request.inputs["context"])
    p = TAUGHT if KEY in context else OTHERWISE if "another kind" in context else ALONE
    return attempt(rng.random() < p, rng)


def said(value: object) -> Role:
    return lambda request, rng: json.dumps(value)


ROLES: dict[str, Role] = {
    "solver": solver,
    "rater": perfect,
    "summarizer": said({"failures": ["the third case"], "outcome": "failure"}),
    "experience": said({"conclusions": [KEY], "failures": ["the third case was left out"]}),
    "strategist": said({"strategy": "count by cases"}),
}


async def test_experience_and_exploration_reach_the_computed_accuracy() -> None:
    epsilon, graph = 0.3, tmas_graph(n=N, votes=1, rounds=2, epsilon=0.3)
    first, second, explored, solved = 0, 0, 0, 0
    for seed in range(RUNS):
        model = SimulatedModel(ROLES, seed)
        state = await graph.ainvoke({"problem": "?"}, context=model.context())
        after = sum(one["score"] == 1.0 for one in state["rollouts"])
        attempts = sum(one["attempts"] for one in state["standings"] if one["answer"] == "right")
        first, second = first + attempts - after, second + after
        explored += state["ways"].count("explore")
        solved += state["answer"] == "right"
    assert within(first / (RUNS * N), ALONE, RUNS * N)
    assert within(explored / (RUNS * N), epsilon, RUNS * N)
    wanted = (1 - epsilon) * TAUGHT + epsilon * OTHERWISE
    assert within(second / (RUNS * N), wanted, RUNS * N)
    # With true verdicts one right attempt of all is enough.
    assert within(solved / RUNS, 1 - (1 - ALONE) ** N * (1 - wanted) ** N, RUNS)


async def test_one_way_reads_the_round_and_the_experience_the_other_the_strategies() -> None:
    model = SimulatedModel(ROLES, 1)
    state = await tmas_graph(n=N, votes=3, rounds=3, epsilon=0.5).ainvoke(
        {"problem": "?"}, context=model.context()
    )
    reading = [str(one.inputs["context"]) for one in model.seen if one.role == "solver"]
    assert reading[:N] == [""] * N
    for way, context in zip(state["ways"], reading[2 * N :], strict=True):
        exploits = way == "exploit"
        assert (KEY in context) == ("third case was left out" in context) == exploits
        assert (context.count("Attempt with score") == N) == exploits
        assert ("count by cases" in context) == (not exploits)
    assert set(state["ways"]) == {"explore", "exploit"}
    # The same lesson from every attempt is one entry.
    assert [entry["times"] for entry in state["experience"]["entries"]] == [2 * N, 2 * N]
    assert [entry["times"] for entry in state["guidelines"]["entries"]] == [2 * N]
    # Nothing is learnt of the last round, since nobody would read it.
    wanted = {"solver": 3 * N, "rater": 9 * N}
    wanted |= dict.fromkeys(("summarizer", "experience", "strategist"), 2 * N)
    assert dict(model.calls) == wanted


async def test_the_calls_of_a_stage_are_made_at_the_same_time() -> None:
    model = SimulatedModel(ROLES)
    await tmas_graph(n=N, votes=2, rounds=2).ainvoke({"problem": "?"}, context=model.context())
    roles = ("solver", "rater", "summarizer", "experience", "strategist")
    assert dict(model.most_at_once) == dict.fromkeys(roles, N)


async def test_equal_contexts_of_later_rounds_are_new_samples() -> None:
    roles = ROLES | {"experience": said({}), "strategist": said({"strategy": ""})}
    model = SimulatedModel(roles)
    await tmas_graph(n=4, votes=1, rounds=3, epsilon=1.0).ainvoke(
        {"problem": "?"}, context=model.context()
    )
    shown = [str(one.inputs["candidates"]) for one in model.seen if one.role == "rater"]
    assert len(set(shown)) == 12


@pytest.mark.parametrize("role", ["summarizer", "experience", "strategist"])
async def test_an_agent_that_cannot_be_read_teaches_nothing_and_stops_nothing(role: str) -> None:
    model = SimulatedModel(ROLES | {role: lambda request, rng: "no idea"})
    state = await tmas_graph(n=3, votes=1, rounds=2).ainvoke(
        {"problem": "?"}, context=model.context()
    )
    assert state["answer"] in ("right", "wrong")
    assert state["round"] == 2


async def test_one_attempt_a_round_is_a_chain() -> None:
    model = SimulatedModel(ROLES)
    state = await tmas_graph(n=1, votes=1, rounds=3, epsilon=0.0).ainvoke(
        {"problem": "?"}, context=model.context()
    )
    assert sum(one["attempts"] for one in state["standings"]) == 3


def test_parameters_that_cannot_be_are_refused() -> None:
    for wrong in ({"n": 0}, {"votes": 0}, {"rounds": 0}, {"epsilon": 1.5}, {"epsilon": -0.1}):
        with pytest.raises(ValueError, match="epsilon in"):
            tmas_graph(**wrong)  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(st.sampled_from(["conclusion", "failure", "strategy"]), st.text())),
    st.integers(0, 60),
)
def test_no_lesson_makes_a_bank_larger_than_its_bound_or_tells_it_twice(
    lessons: list[tuple[str, str]], most: int
) -> None:
    bank = Bank()
    for lesson in lessons:
        bank = bank.learned([lesson], most_tokens=most)  # type: ignore[list-item]
        assert estimate_tokens(bank.render()) <= most
        assert bank.render().count("\n- ") == max(0, len(bank.entries) - 1)
    for i, one in enumerate(bank.entries):
        for other in bank.entries[:i]:
            assert one.kind != other.kind or similarity(one.text, other.text) < 0.7


def test_a_full_bank_forgets_what_was_seen_least_then_the_oldest() -> None:
    bank = Bank().learned(
        [("conclusion", name) for name in ("one a", "two b", "three c", "one a")], most_tokens=9
    )
    assert [(one.text, one.times) for one in bank.entries] == [("one a", 2), ("three c", 1)]


async def test_the_highest_score_wins_then_the_most_attempts_and_no_answer_comes_last() -> None:
    async def chosen(*attempts: tuple[str, float | None], same: Same = IDENTICAL) -> dict[str, Any]:
        standings: list[Standing] = []
        for content, score in attempts:
            new: Scored = {"content": content, "score": score, "words": ""}
            standings = await tallied(standings, [new], same=same)
        assert sum(one["attempts"] for one in standings) == len(attempts)
        return answered(standings, 0)

    many = [("Answer: 2", 0.8)] * 5
    assert (await chosen(("Answer: 1", 0.9), *many, ("none", 1.0)))["answer"] == "1"
    even = await chosen(("Answer: 1", 0.8), ("x\nAnswer: 2", 0.1), *many[:2])
    assert (even["answer"], even["solution"]) == ("2", "Answer: 2")
    silent = await chosen(("Answer: 1", None), ("Answer: 2", None), ("Answer: 2", None))
    assert silent["answer"] == "2"
    assert "no readable score" in silent["selection"]["note"]
    halves = [("Answer: 1/2", 0.7), ("Answer: 0.5", 0.8), ("Answer: 2", 0.8)]
    assert (await chosen(*halves, same=SameAnswers()))["answer"] == "0.5"
    assert (await chosen())["answer"] == ""
