"""Stopping rules against solvers whose truth is known: what they promise holds, and they save."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import NormalDist, fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import truncnorm

from proofloop.core.errors import InputError, SettingsError
from proofloop.graphs.stopping.conformal import Conformal, History, prediction_set
from proofloop.graphs.stopping.optscale import OptScale, below, fitted, samples_needed
from proofloop.graphs.stopping.rule import Look, Sample, StoppingRule
from proofloop.graphs.stopping.rules import RULES, rule_of
from proofloop.graphs.stopping.self_evaluation import SelfEvaluation, annealed
from proofloop.graphs.stopping.settled import Settled
from support.expected import SIGMAS, optscale_runs
from support.simulated_model import within

MOST = 16


def run(rule: StoppingRule, drawn: Sequence[Sample], most: int) -> int:
    """How many samples the rule wants to see, one at a time."""
    return next((n for n in range(1, most) if rule.look(drawn[:n], most).stop), most)


def truncated(mean: float, spread: float, rng: random.Random) -> float:
    while not 0 <= (score := rng.gauss(mean, spread)) <= 1:
        pass
    return score


@pytest.mark.parametrize(("mean", "spread"), [(0.5, 0.2), (0.6, 0.15), (0.2, 0.4)])
def test_the_bound_is_how_often_so_many_samples_reach_the_score(mean: float, spread: float) -> None:
    rng, runs = random.Random(1), 2000
    failing = below(0.8, mean, spread)
    needed = samples_needed(failing, 0.9)
    assert needed is not None
    reached = sum(
        max(truncated(mean, spread, rng) for _ in range(needed)) >= 0.8 for _ in range(runs)
    )
    assert within(reached / runs, 1 - failing**needed, runs)
    assert 1 - failing**needed >= 0.9 > 1 - failing ** (needed - 1)


@given(st.floats(0.3, 0.7), st.floats(0.05, 0.2), st.integers(0, 9))
def test_the_fit_has_the_mean_and_the_spread_of_the_scores(
    mean: float, spread: float, seed: int
) -> None:
    """Where the likelihood of a truncated normal is greatest its moments are those seen."""
    rng = random.Random(seed)
    scores = [truncated(mean, spread, rng) for _ in range(40)]
    at, wide = fitted(scores)
    moments = truncnorm.stats(-at / wide, (1 - at) / wide, loc=at, scale=wide)
    assert moments == pytest.approx((fmean(scores), pstdev(scores) ** 2), abs=2e-4)


def test_optscale_takes_and_reaches_what_its_model_says() -> None:
    """Fitted again after each sample it reaches the target more often than a bound fixed before
    would: scores that have not reached it look narrow and ask for more."""
    rng, runs, most = random.Random(3), 120, 64
    mean, spread, target, alpha = 0.5, 0.1, 0.65, 0.5
    rule = OptScale(target=target, alpha=alpha, first=10)
    used = reached = 0
    for _ in range(runs):
        drawn = [Sample(answer="", value=truncated(mean, spread, rng)) for _ in range(most)]
        n = run(rule, drawn, most)
        used += n
        reached += max(one.value or 0.0 for one in drawn[:n]) >= target
    takes, reaches = optscale_runs(
        mean, spread, target=target, alpha=alpha, first=10, most=most, runs=2000
    )
    assert used / runs == pytest.approx(takes.mean(), abs=SIGMAS * takes.std() / runs**0.5)
    assert within(reached / runs, reaches.mean(), runs)
    assert reaches.mean() > alpha


def test_a_score_out_of_reach_or_in_every_hand_has_a_defined_look() -> None:
    low = [Sample(answer="1", value=0.1)] * 10
    assert not OptScale().look(low, 64).stop
    assert "out of reach" in OptScale().look(low, 64).reason
    high = [Sample(answer="1", value=0.99)] * 10
    assert OptScale().look(high, 64).stop
    assert OptScale().look([Sample(answer="1")] * 20, 64).wanted == 28  # eight scores are missing


def test_settled_stops_only_when_the_rest_cannot_change_the_answer() -> None:
    rng = random.Random(4)
    used = 0
    for _ in range(300):
        p = rng.random()
        drawn = [Sample(answer="a" if rng.random() < p else rng.choice("bc")) for _ in range(MOST)]
        n = run(Settled(), drawn, MOST)
        used += n
        if n < MOST:
            first = leader(drawn[:n])
            assert leader(drawn) == first
            assert leader([*drawn[:n], *[Sample(answer="d")] * (MOST - n)]) == first
    assert used < 0.85 * 300 * MOST


def leader(drawn: Sequence[Sample]) -> str:
    answers = [one.answer for one in drawn]
    (best, *others) = sorted(set(answers), key=answers.count, reverse=True)
    assert all(answers.count(other) < answers.count(best) for other in others)
    return best


def test_self_evaluation_is_as_right_as_its_word_when_the_word_is_true() -> None:
    """Confidences uniform in [0, 1] and calibrated: stopping at c or more is right (1 + c) / 2 of
    the time, after 1 / (1 - c) samples in the mean."""
    rng, runs, most, enough = random.Random(5), 4000, 64, 0.75
    used = right = stopped = 0
    for _ in range(runs):
        drawn = [Sample(answer="", value=rng.random()) for _ in range(most)]
        n = run(SelfEvaluation(enough=enough), drawn, most)
        best = max(one.value or 0.0 for one in drawn[:n])
        stopped += best >= enough
        right += rng.random() < best
        used += n
    assert stopped > 0.999 * runs
    assert within(right / runs, (1 + enough) / 2, runs)
    spread = enough**0.5 / (1 - enough)  # of the geometric number of samples
    assert used / runs == pytest.approx(1 / (1 - enough), abs=SIGMAS * spread / runs**0.5)
    assert [annealed(k) for k in range(3)] == [0.0, 0.5, 0.75]


def histories(n: int, rng: random.Random) -> list[History]:
    """Problems of every difficulty; the wrong answers agree more than chance would have it."""
    found = []
    for _ in range(n):
        p = rng.betavariate(3, 1)
        answers = tuple(
            "right" if rng.random() < p else rng.choice(["x", "x", "y", "z"]) for _ in range(MOST)
        )
        found.append(History(answers=answers, right=frozenset({"right"})))
    return found


def samples(history: History) -> list[Sample]:
    return [Sample(answer=answer) for answer in history.answers]


def test_the_conformal_sets_cover_the_right_answer_at_every_look_and_when_it_stops() -> None:
    rng, alpha, runs = random.Random(6), 0.1, 3000
    covered = {4: 0, 8: 0, 16: 0}
    wrong = used = 0
    for _ in range(30):  # the promise is over calibrations too
        rule = Conformal.calibrated(histories(400, rng), alpha=alpha, looks=tuple(covered))
        for history in histories(runs // 30, rng):
            drawn = samples(history)
            for k, least in rule.least.items():
                found = prediction_set(drawn[:k], least)
                covered[k] += "right" in found or "" in found
            n = run(rule, drawn, MOST)
            used += n
            if rule.look(drawn[:n], MOST).stop:
                wrong += leader(drawn[:n]) != "right"
    for hits in covered.values():
        wanted = 1 - alpha / len(covered)
        assert hits / runs >= wanted or within(hits / runs, wanted, runs)
    assert wrong / runs <= alpha or within(wrong / runs, alpha, runs)
    assert used / runs < 0.85 * MOST


def test_one_look_covers_exactly_as_promised_where_shares_are_fine() -> None:
    """Of 19 calibration problems and a new one the second smallest share is the bound: the new one
    lies below it in 2 of 20 orders. Ties would only add to the coverage."""
    rng, runs, k = random.Random(7), 800, 200
    covered = 0
    for _ in range(runs):
        *known, new = [coin_history(rng.betavariate(2, 2), k, rng) for _ in range(20)]
        rule = Conformal.calibrated(known, alpha=0.1, looks=(k,))
        covered += new.share(k) >= rule.least[k]
    assert within(covered / runs, 0.9, runs)


def coin_history(p: float, k: int, rng: random.Random) -> History:
    right = min(k, max(0, round(rng.gauss(k * p, (k * p * (1 - p)) ** 0.5))))
    return History(answers=("a",) * right + ("b",) * (k - right), right=frozenset("a"))


def test_where_several_answers_are_right_the_most_frequent_is_the_one() -> None:
    history = History(answers=("a", "b", "b", "c"), right=frozenset("ab"))
    assert [history.share(k) for k in (1, 2, 4)] == [1.0, 0.5, 0.5]
    assert History(answers=("a",), right=frozenset()).share(1) == 0.0


def test_too_few_calibration_problems_leave_nothing_out() -> None:
    rule = Conformal.calibrated(histories(5, random.Random(0)), alpha=0.1)
    assert set(rule.least.values()) == {0.0}
    assert not any(rule.look([Sample(answer="a")] * k, MOST).stop for k in range(1, 17))
    assert Conformal.calibrated([], alpha=0.1).least[4] == 0.0
    with pytest.raises(ValueError, match="16 answers"):
        Conformal.calibrated([History(answers=("a",), right=frozenset("a"))])
    assert Conformal.model_validate_json(rule.model_dump_json()) == rule


EVERY = [*(make() for make in RULES.values()), Conformal(least={2: 0.4, 4: 0.6}, alpha=0.1)]


@given(
    rule=st.sampled_from(EVERY),
    drawn=st.lists(
        st.builds(
            Sample,
            answer=st.sampled_from(["", "1", "2"]),
            value=st.none() | st.floats(0, 1),
        ),
        min_size=1,
        max_size=MOST,
    ),
)
def test_every_rule_looks_at_every_input(rule: StoppingRule, drawn: list[Sample]) -> None:
    look = rule.look(drawn, MOST)
    assert isinstance(look, Look)
    assert look.reason
    assert look.wanted <= MOST
    assert look.stop or look.wanted == 0 or look.wanted > len(drawn) or len(drawn) == MOST


def test_a_calibration_is_read_from_its_file_and_a_bad_one_is_named(tmp_path: Path) -> None:
    rule = Conformal(least={4: 0.5}, alpha=0.2)
    file = tmp_path / "calibration.json"
    file.write_text(rule.model_dump_json())
    assert rule_of("conformal", str(file)) == rule
    file.write_text('{"least": {"4": 0.5}, "alpha": 7}')
    with pytest.raises(InputError, match=r"calibration.json: field 'alpha': .*less than 1"):
        rule_of("conformal", str(file))
    with pytest.raises(InputError, match="No such file"):
        rule_of("conformal", str(tmp_path / "none.json"))


def test_names_and_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(SettingsError, match="settled, optscale, self-evaluation, conformal"):
        rule_of("never")
    with pytest.raises(SettingsError, match="needs a calibration=FILE"):
        rule_of("conformal")
    for make in (lambda: OptScale(target=1.0), lambda: SelfEvaluation(enough=math.nan)):
        with pytest.raises(ValueError, match="between 0 and 1"):
            make()
    assert NormalDist(0.5, 0.2).cdf(0.5) == pytest.approx(below(0.5, 0.5, 0.2))
