"""Recursive tournament voting against its computed expectation, and at its edges."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.core.errors import BudgetExceeded, ModelUnavailable
from proofloop.core.task import Candidate, Task
from proofloop.graphs.selectors.rtv import RecursiveTournament
from support.expected import tournament
from support.simulated import TASK, SimulatedJudge, candidates, is_right, solved
from support.simulated_model import within


@pytest.mark.parametrize(("p", "q", "votes"), [(0.3, 0.7, 1), (0.3, 0.7, 8), (0.2, 0.9, 3)])
async def test_the_winner_is_right_as_often_as_computed(p: float, q: float, votes: int) -> None:
    rng, runs = random.Random(1), 300
    right = 0
    for seed in range(runs):
        many = solved(p, 16, rng)
        judge = SimulatedJudge(accuracy=q, seed=seed)
        selection = await RecursiveTournament(judge, votes=votes, seed=seed).select(TASK, many)
        right += is_right(next(one for one in many if one.id == selection.best))
    assert within(right / runs, tournament(p, q, votes, 4), runs)


async def test_a_judge_that_likes_the_first_place_decides_nothing() -> None:
    wins, runs = 0, 200
    for seed in range(runs):
        judge = SimulatedJudge(first_place=1.0, seed=seed)
        many = candidates([True] + [False] * 7)
        wins += (await RecursiveTournament(judge, seed=seed).select(TASK, many)).best == "c0"
    assert within(wins / runs, 1 / 8, runs)  # a fair draw among eight


@given(
    n=st.integers(0, 40), group=st.integers(2, 5), keep=st.integers(1, 6), votes=st.integers(1, 4)
)
def test_every_input_gives_a_ranking_of_all_and_costs_what_was_planned(
    n: int, group: int, keep: int, votes: int
) -> None:
    judge = SimulatedJudge()
    many = candidates([i % 3 == 0 for i in range(n)])
    selector = RecursiveTournament(judge, group=group, keep=keep, votes=votes)
    selection = asyncio.run(selector.select(TASK, many))
    assert sorted(selection.ranking) == sorted(one.id for one in many)
    plan = selector.plan(TASK, many)
    assert plan.calls == len(judge.calls) == len(selection.votes)
    if group == 2 and keep == 1 and n:
        assert plan.calls == votes * (n - 1)
    assert not selection.partial


async def test_it_is_the_same_again_with_the_same_seed() -> None:
    many = candidates([True, False] * 6)
    first, second = [
        await RecursiveTournament(SimulatedJudge(), seed=5).select(TASK, many) for _ in range(2)
    ]
    assert first == second


class FailingJudge(SimulatedJudge):
    async def vote(self, task: Task, shown: Sequence[Candidate], *, index: int) -> int | None:
        raise ModelUnavailable("down")


async def test_a_judge_that_always_fails_leaves_a_drawn_order_and_says_so() -> None:
    many = candidates([True, False, False])
    selection = await RecursiveTournament(FailingJudge()).select(TASK, many)
    assert sorted(selection.ranking) == ["c0", "c1", "c2"]
    assert "no readable vote" in selection.note
    assert {ballot["vote"] for ballot in selection.votes} == {None}


class WrongPlaces(SimulatedJudge):
    async def vote(self, task: Task, shown: Sequence[Candidate], *, index: int) -> int | None:
        return len(shown)


async def test_a_vote_for_nobody_is_an_abstention() -> None:
    selection = await RecursiveTournament(WrongPlaces()).select(TASK, candidates([True, False]))
    assert {ballot["vote"] for ballot in selection.votes} == {None}


class PoorJudge(SimulatedJudge):
    """Pays for the first 20 calls."""

    async def vote(self, task: Task, shown: Sequence[Candidate], *, index: int) -> int | None:
        if len(self.calls) >= 20:
            raise BudgetExceeded("calls", allowed=20, spent=20, asked=1)
        return await super().vote(task, shown, index=index)


async def test_a_budget_that_ends_in_the_middle_leaves_what_was_decided() -> None:
    many = candidates([True, False] * 4)
    judge = PoorJudge(accuracy=1.0)
    selection = await RecursiveTournament(judge, votes=4, seed=2).select(TASK, many)
    assert selection.partial
    assert sorted(selection.ranking) == sorted(one.id for one in many)
    right = {one.id for one in many if is_right(one)}
    assert selection.best in right
    assert len([ballot for ballot in selection.votes if ballot["vote"]]) == 20


class SlowJudge(SimulatedJudge):
    """``most_at_once``: how many votes it was asked for together."""

    at_once = most_at_once = 0

    async def vote(self, task: Task, shown: Sequence[Candidate], *, index: int) -> int | None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        for _ in range(50):  # turns of the loop
            await asyncio.sleep(0)
        self.at_once -= 1
        return await super().vote(task, shown, index=index)


async def test_matches_of_a_round_run_at_the_same_time() -> None:
    judge = SlowJudge()
    await RecursiveTournament(judge, votes=8).select(TASK, candidates([True, False] * 8))
    assert judge.most_at_once >= 8  # the matches of the first of four rounds


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="group must be at least 2"):
        RecursiveTournament(SimulatedJudge(), group=1)
