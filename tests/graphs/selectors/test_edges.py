"""Every selector at the edges of its input: a defined ranking of all, and a clear word."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from proofloop.core.errors import BudgetExceeded, ModelMalformed, ModelUnavailable
from proofloop.core.same import IDENTICAL
from proofloop.core.task import Candidate, Task, TokenLogprob
from proofloop.core.verdict import Selector
from proofloop.graphs.selectors.best_of_n import BestOfN
from proofloop.graphs.selectors.fusion import Fusion
from proofloop.graphs.selectors.majority import Majority
from proofloop.graphs.selectors.rpc import PerplexityConsistency
from proofloop.graphs.selectors.rtv import RecursiveTournament
from proofloop.graphs.selectors.shortest import ShortestFirst
from proofloop.graphs.selectors.v1 import SwissPairs
from support.simulated import TASK, SimulatedJudge


@dataclass
class Judge(SimulatedJudge):
    """Says nothing but ``error`` after ``paid`` calls; fuses into the first candidate. ``says``
    is all its ratings."""

    error: Exception | None = None
    says: float | None = None
    paid: int = 0

    def pay(self) -> None:
        if self.error is not None and len(self.calls) >= self.paid:
            raise self.error

    async def vote(self, task: Task, shown: Sequence[Candidate], *, index: int) -> int | None:
        self.pay()
        return await super().vote(task, shown, index=index)

    async def rate(
        self, task: Task, first: Candidate, second: Candidate, *, index: int = 0
    ) -> tuple[float, float] | None:
        self.pay()
        rated = await super().rate(task, first, second, index=index)
        return rated if self.says is None else (self.says, self.says)

    async def score(self, task: Task, candidate: Candidate, *, index: int = 0) -> float | None:
        self.pay()
        scored = await super().score(task, candidate, index=index)
        return scored if self.says is None else self.says

    async def fuse(self, task: Task, shown: Sequence[Candidate], *, index: int = 0) -> Candidate:
        self.pay()
        self.calls.append(())
        return shown[0].model_copy(update={"id": "fused"})


JUDGED: dict[str, Callable[[Judge], Selector]] = {
    "best_of_n": lambda judge: BestOfN(judge, votes=2),
    "soft_best_of_n": lambda judge: BestOfN(judge, votes=2, temperature=0.5),
    "rtv_pairs": lambda judge: RecursiveTournament(judge, votes=3),
    "rtv_threes_keep_two": lambda judge: RecursiveTournament(judge, group=3, votes=2, keep=2),
    "v1": SwissPairs,
    "v1_random": lambda judge: SwissPairs(judge, pairing="random"),
    "fusion": lambda judge: Fusion(judge, otherwise=BestOfN(judge)),
}
COUNTED: dict[str, Selector] = {
    "majority": Majority(same=IDENTICAL),
    "weighted": Majority(weights={"c0": math.nan, "c1": -1.0}),
    "shortest": ShortestFirst(),
    "perplexity": PerplexityConsistency(prune=False),
    "rpc": PerplexityConsistency(),
}
ALL = [*JUDGED, *COUNTED]


def selector(name: str, judge: Judge | None = None) -> Selector:
    return JUDGED[name](judge or Judge()) if name in JUDGED else COUNTED[name]


def made(*contents: str, logprob: float | None = None) -> list[Candidate]:
    tokens = None if logprob is None else (TokenLogprob(token="x", logprob=logprob),)
    return [
        Candidate(id=f"c{i}", task_id="t", content=content, logprobs=tokens)
        for i, content in enumerate(contents)
    ]


@pytest.mark.parametrize("name", ALL)
async def test_no_candidates_are_an_empty_ranking_that_says_so_and_costs_nothing(name: str) -> None:
    judge = Judge()
    chosen = await selector(name, judge).select(TASK, [])
    assert (chosen.best, chosen.ranking, chosen.note) == (None, (), "no candidates")
    assert not chosen.partial
    assert judge.calls == []
    assert selector(name).plan(TASK, []).calls == 0


@pytest.mark.parametrize("name", ALL)
async def test_one_candidate_is_its_own_ranking(name: str) -> None:
    assert (await selector(name).select(TASK, made("Answer: 1"))).ranking == ("c0",)


@pytest.mark.parametrize("n", [2, 3, 5, 7, 9, 11])
@pytest.mark.parametrize("name", ALL)
async def test_any_number_of_candidates_is_ranked_once_each_at_the_planned_cost(
    name: str, n: int
) -> None:
    judge, many = Judge(), made(*(f"Answer: {i % 3}" for i in range(n)))
    chosen = await selector(name, judge).select(TASK, many)
    assert sorted(chosen.ranking) == sorted(one.id for one in many)
    assert len(judge.calls) <= selector(name).plan(TASK, many).calls


@pytest.mark.parametrize("name", ALL)
async def test_identical_candidates_are_all_ranked(name: str) -> None:
    many = made(*["Answer: 4"] * 5)
    chosen = await selector(name).select(TASK, many)
    assert sorted(chosen.ranking) == sorted(one.id for one in many)
    assert not chosen.partial


@pytest.mark.parametrize("error", [ModelUnavailable("down"), ModelMalformed("no JSON")])
@pytest.mark.parametrize("name", JUDGED)
async def test_a_judge_that_always_fails_leaves_all_ranked_and_is_told(
    name: str, error: Exception
) -> None:
    many = made(*(f"Answer: {i}" for i in range(5)))
    chosen = await selector(name, Judge(error=error)).select(TASK, many)
    assert sorted(chosen.ranking) == sorted(one.id for one in many)
    assert "no readable" in chosen.note or str(error) in chosen.note
    assert not chosen.partial
    again = await selector(name, Judge(error=error)).select(TASK, many)
    assert again.ranking == chosen.ranking  # what is drawn is drawn from the seed


SPENT = BudgetExceeded("calls", allowed=1, spent=1, asked=1)


@pytest.mark.parametrize("paid", range(0, 12, 2))
@pytest.mark.parametrize("name", JUDGED)
async def test_a_budget_that_ends_in_the_middle_leaves_all_ranked_and_is_told(
    name: str, paid: int
) -> None:
    many = made(*(f"Answer: {i}" for i in range(6)))
    judge = Judge(error=SPENT, paid=paid)
    needed = Judge()
    await selector(name, needed).select(TASK, many)
    chosen = await selector(name, judge).select(TASK, many)
    assert sorted(chosen.ranking) == sorted(one.id for one in many)
    assert chosen.partial is (len(needed.calls) > paid)
    assert (str(SPENT) in chosen.note) is chosen.partial


@pytest.mark.parametrize("logprob", [math.nan, -math.inf, math.inf, 1e308])
@pytest.mark.parametrize("name", ALL)
async def test_log_probabilities_that_are_no_numbers_leave_a_ranking(
    name: str, logprob: float
) -> None:
    many = made("4", "4", "5", "6", "7", logprob=logprob)
    chosen = await selector(name).select(TASK, many)
    assert sorted(chosen.ranking) == sorted(one.id for one in many)
    assert all(math.isfinite(score) for score in chosen.scores.values())


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", JUDGED)
async def test_a_judges_word_that_is_no_number_is_no_vote(name: str, value: float) -> None:
    many = made("4", "4", "5", "6", "7")
    chosen = await selector(name, Judge(says=value)).select(TASK, many)
    assert sorted(chosen.ranking) == sorted(one.id for one in many)
    assert all(math.isfinite(score) for score in chosen.scores.values())
    assert not chosen.partial
    assert "no readable" in chosen.note or name in ("rtv_pairs", "rtv_threes_keep_two", "fusion")
    chosen.model_dump_json()
    assert "nan" not in str(chosen.votes)


async def test_one_broken_log_probability_does_not_silence_the_others() -> None:
    many = [*made("4", "4", logprob=-0.1), *made("5", logprob=math.nan)]
    many = [one.model_copy(update={"id": f"c{i}"}) for i, one in enumerate(many)]
    for prune in (False, True):
        chosen = await PerplexityConsistency(prune=prune).select(TASK, many)
        assert chosen.best in ("c0", "c1")


@pytest.mark.parametrize("name", ALL)
async def test_candidates_without_an_answer_do_not_break_it(name: str) -> None:
    chosen = await selector(name).select(TASK, made("", "", ""))
    assert sorted(chosen.ranking) == ["c0", "c1", "c2"]
    if name in COUNTED:
        assert chosen.note == "no candidate has an answer"
