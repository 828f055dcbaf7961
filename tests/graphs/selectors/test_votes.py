"""Majority, best-of-N, shortest-first, perplexity consistency and the pairwise aggregations."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence

import pytest

from proofloop.core.errors import ModelMalformed
from proofloop.core.task import Candidate, Task, TokenLogprob, Usage
from proofloop.core.verdict import Selector
from proofloop.graphs.selectors.best_of_n import BestOfN
from proofloop.graphs.selectors.majority import Majority
from proofloop.graphs.selectors.pairwise import borda_of_closure, bradley_terry
from proofloop.graphs.selectors.rpc import PerplexityConsistency, fit_mixture, probability
from proofloop.graphs.selectors.rtv import RecursiveTournament
from proofloop.graphs.selectors.shortest import ShortestFirst
from proofloop.graphs.selectors.v1 import SwissPairs
from support.simulated import TASK, SimulatedJudge


def made(*contents: str, tokens: Sequence[int] = (), p: Sequence[float] = ()) -> list[Candidate]:
    return [
        Candidate(
            id=f"c{i}",
            task_id="t",
            content=content,
            usage=Usage(completion_tokens=tokens[i] if tokens else 0),
            logprobs=(TokenLogprob(token="x", logprob=math.log(p[i])),) if p else None,
        )
        for i, content in enumerate(contents)
    ]


SELECTORS: list[Selector] = [
    Majority(),
    BestOfN(SimulatedJudge()),
    ShortestFirst(),
    PerplexityConsistency(),
    RecursiveTournament(SimulatedJudge()),
    SwissPairs(SimulatedJudge()),
]


@pytest.mark.parametrize("selector", SELECTORS, ids=lambda one: type(one).__name__)
async def test_none_one_and_identical_candidates_have_a_defined_result(selector: Selector) -> None:
    nothing = await selector.select(TASK, [])
    assert (nothing.best, nothing.ranking, nothing.note) == (None, (), "no candidates")
    assert selector.plan(TASK, []).calls == 0
    assert (await selector.select(TASK, made("42"))).ranking == ("c0",)
    same = await selector.select(TASK, made("42", "42", "42"))
    assert sorted(same.ranking) == ["c0", "c1", "c2"]


async def test_the_answer_of_most_wins() -> None:
    selection = await Majority().select(TASK, made("1", "2", "2 ", "3"))
    assert selection.ranking[:2] == ("c1", "c2")
    assert selection.scores["c1"] == pytest.approx(0.5)


async def test_no_answer_is_no_vote() -> None:
    chosen = await Majority().select(TASK, made("", "", "7"))
    assert chosen.best == "c2"
    assert (await Majority().select(TASK, made("", ""))).note == "no candidate has an answer"


async def test_weights_decide_and_bad_weights_count_nothing() -> None:
    weights = {"c0": 3.0, "c1": 1.0, "c2": 1.0, "c3": math.nan, "c4": -5.0}
    many = made("1", "2", "2", "2", "2")
    assert (await Majority(weights=weights).select(TASK, many)).best == "c0"


async def test_a_tie_is_broken_by_the_seed_and_fairly() -> None:
    many = made("1", "2")
    firsts = Counter([(await Majority(seed=s).select(TASK, many)).best for s in range(200)])
    assert 70 <= firsts["c0"] <= 130
    assert (await Majority(seed=9).select(TASK, many)) == (
        await Majority(seed=9).select(TASK, many)
    )


async def test_shortest_first_hears_only_the_m_shortest() -> None:
    many = made("9", "9", "9", "4", "4", "5", tokens=[90, 91, 92, 10, 30, 20])
    assert (await ShortestFirst(m=1).select(TASK, many)).best == "c3"
    assert (await ShortestFirst(m=3).select(TASK, many)).best == "c3"
    assert (await ShortestFirst(m=6).select(TASK, many)).best == "c0"


class FixedScores(SimulatedJudge):
    scores: dict[str, float | None]

    async def score(self, task: Task, candidate: Candidate, *, index: int = 0) -> float | None:
        value = self.scores[candidate.id]
        if value == -1:
            raise ModelMalformed("no number")
        return value


def fixed(**scores: float | None) -> FixedScores:
    judge = FixedScores()
    judge.scores = scores
    return judge


async def test_an_unreadable_or_infinite_score_is_no_score() -> None:
    judge = fixed(c0=-1, c1=math.nan, c2=0.1, c3=None)
    selection = await BestOfN(judge).select(TASK, made("a", "b", "c", "d"))
    assert selection.best == "c2"
    assert selection.scores == {"c2": 0.1}


async def test_the_soft_choice_has_the_probabilities_of_its_temperature() -> None:
    judge = fixed(c0=1.0, c1=0.5)
    many = made("a", "b")
    runs = 2000
    firsts = Counter(
        [
            (await BestOfN(judge, temperature=0.5, seed=s).select(TASK, many)).best
            for s in range(runs)
        ]
    )
    wanted = math.exp(2) / (math.exp(2) + math.exp(1))
    assert firsts["c0"] / runs == pytest.approx(wanted, abs=0.035)


async def test_a_text_sampled_twice_counts_once() -> None:
    many = made("long a", "long a", "b", p=[0.5, 0.5, 0.6])
    by_last = PerplexityConsistency(answer=lambda text: text.split()[-1], prune=False)
    assert (await by_last.select(TASK, many)).best == "c2"


async def test_without_log_probabilities_it_is_a_majority_and_says_so() -> None:
    selection = await PerplexityConsistency().select(TASK, made("1", "2", "2"))
    assert selection.best == "c1"
    assert selection.note == "no log-probabilities: plain majority"


def test_a_log_probability_that_is_no_number_has_no_weight() -> None:
    broken = made("1")[0].model_copy(
        update={"logprobs": (TokenLogprob(token="x", logprob=math.nan),)}
    )
    assert probability(broken) is None


def test_the_mixture_finds_its_two_parts() -> None:
    rng = random.Random(0)
    values = [rng.weibullvariate(0.8, 12) for _ in range(300)]
    values += [rng.weibullvariate(0.2, 2) for _ in range(300)]
    mixture = fit_mixture(values)
    assert mixture.good(0.8) > 0.95
    assert mixture.good(0.1) < 0.05
    assert mixture.w == pytest.approx(0.5, abs=0.06)


def sampled_from_rpc_model(n: int, rng: random.Random) -> list[Candidate]:
    """A problem whose right answer is reached by few likely texts and whose wrong answers by many
    unlikely ones: p from the good Weibull when right, from the bad one when wrong."""
    many = []
    for i in range(n):
        right = rng.random() < 0.4
        p = min(0.999, rng.weibullvariate(0.8, 12) if right else rng.weibullvariate(0.25, 2))
        content = "right" if right else f"wrong {rng.randrange(2)}"
        many.append(made(content, p=[max(p, 1e-6)])[0].model_copy(update={"id": f"c{i}"}))
    return many


async def test_rpc_needs_about_half_the_samples_of_a_majority() -> None:
    async def accuracy(selector: Selector, n: int) -> float:
        rng, right = random.Random(11), 0
        for _ in range(200):
            many = sampled_from_rpc_model(n, rng)
            best = (await selector.select(TASK, many)).best
            right += next(one.content for one in many if one.id == best) == "right"
        return right / 200

    assert await accuracy(PerplexityConsistency(), 8) >= await accuracy(Majority(), 16)


def test_bradley_terry_finds_the_strengths_that_made_the_games() -> None:
    rng = random.Random(4)
    strength = {"a": 4.0, "b": 2.0, "c": 1.0, "d": 0.5}
    wins: dict[tuple[str, str], float] = {}
    for i in strength:
        for j in strength:
            if i < j:
                games = 400
                won = sum(
                    rng.random() < strength[i] / (strength[i] + strength[j]) for _ in range(games)
                )
                wins[i, j], wins[j, i] = won, games - won
    found = bradley_terry(list(strength), wins)
    assert sorted(found, key=found.__getitem__, reverse=True) == ["a", "b", "c", "d"]
    assert found["a"] / found["c"] == pytest.approx(4.0, rel=0.25)


def test_strengths_stay_finite_where_somebody_won_everything() -> None:
    found = bradley_terry(["a", "b"], {("a", "b"): 50.0})
    assert math.isfinite(found["a"])
    assert found["a"] > found["b"] > 0
    assert bradley_terry([], {}) == {}


def test_the_closure_counts_wins_over_the_beaten() -> None:
    scores = borda_of_closure(["a", "b", "c"], {("a", "b"): 1, ("b", "c"): 1})
    assert scores == {"a": 1.0, "b": 0.5, "c": 0.0}
    assert borda_of_closure(["a", "b"], {}) == {"a": 0.5, "b": 0.5}
    circle = {("a", "b"): 1.0, ("b", "c"): 1.0, ("c", "a"): 1.0}
    assert set(borda_of_closure(["a", "b", "c"], circle).values()) == {0.5}
