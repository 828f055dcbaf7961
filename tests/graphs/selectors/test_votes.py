"""Majority, best-of-N, shortest-first, perplexity consistency and the pairwise aggregations."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
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
from support.expected import SIGMAS, plurality, surely_above, weighted_plurality
from support.simulated import TASK, SimulatedJudge
from support.simulated_model import within


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
    assert within(firsts["c0"] / 200, 1 / 2, 200)
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
    judge = fixed(c0=1.0, c1=0.5, c2=0.0)  # of three, so that the noise's sign matters
    many = made("a", "b", "c")
    runs = 2000
    firsts = Counter(
        [
            (await BestOfN(judge, temperature=0.5, seed=s).select(TASK, many)).best
            for s in range(runs)
        ]
    )
    for name, weight in {"c0": math.exp(2), "c1": math.exp(1), "c2": 1.0}.items():
        assert within(firsts[name] / runs, weight / (math.exp(2) + math.exp(1) + 1), runs)


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


SHARES = (0.4, 0.3, 0.3)  # of the right answer and of two wrong ones
GOOD, BAD = (0.7, 5.0), (0.4, 2.0)  # scale and shape of a right and a wrong sample's probability


def sampled_from_rpc_model(n: int, rng: random.Random) -> list[Candidate]:
    """Answers by their shares, with probabilities from the good Weibull where right."""
    answers = rng.choices("012", SHARES, k=n)
    drawn = [rng.weibullvariate(*(GOOD if answer == "0" else BAD)) for answer in answers]
    return made(*answers, p=[min(0.999, max(p, 1e-6)) for p in drawn])


async def test_perplexity_consistency_and_rpc_reach_what_their_model_says() -> None:
    """RPC on 8 samples is at least as good as the majority of 16, and its pruning adds to the
    weights, whose own accuracy can be computed."""
    rng, runs, n = random.Random(11), 200, 8
    weighted, pruned = [], []
    for seed in range(runs):
        many = sampled_from_rpc_model(n, rng)
        for found, prune in ((weighted, False), (pruned, True)):
            best = (await PerplexityConsistency(prune=prune, seed=seed).select(TASK, many)).best
            found.append(next(one.content for one in many if one.id == best) == "0")
    assert within(sum(weighted) / runs, weighted_plurality(SHARES, GOOD, BAD, n), runs)
    assert surely_above(pruned, weighted)
    assert surely_above(pruned, [plurality(SHARES, 2 * n)] * runs)


async def test_the_majority_is_right_as_often_as_computed() -> None:
    rng, runs, n = random.Random(12), 1000, 8
    right = 0
    for seed in range(runs):
        many = made(*rng.choices("012", SHARES, k=n))
        best = (await Majority(seed=seed).select(TASK, many)).best
        right += next(one.content for one in many if one.id == best) == "0"
    assert within(right / runs, plurality(SHARES, n), runs)


def test_bradley_terry_finds_the_strengths_that_made_the_games() -> None:
    """Within the error that Fisher's information gives the strengths' logarithms."""
    rng, games = random.Random(4), 400
    strength = {"a": 4.0, "b": 2.0, "c": 1.0, "d": 0.5}
    names = list(strength)
    wins: dict[tuple[str, str], float] = {}
    information = np.zeros((4, 4))
    for i, j in itertools.combinations(names, 2):
        chance = strength[i] / (strength[i] + strength[j])
        won = sum(rng.random() < chance for _ in range(games))
        wins[i, j], wins[j, i] = won, games - won
        pair = np.subtract(
            [name == i for name in names], [name == j for name in names], dtype=float
        )
        information += games * chance * (1 - chance) * np.outer(pair, pair)
    covariance = np.linalg.pinv(information)
    found = bradley_terry(names, wins)
    for i, j in itertools.combinations(range(4), 2):
        spread = (covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]) ** 0.5
        ratio = math.log(found[names[i]] / found[names[j]])
        wanted = math.log(strength[names[i]] / strength[names[j]])
        assert ratio == pytest.approx(wanted, abs=SIGMAS * spread)


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
