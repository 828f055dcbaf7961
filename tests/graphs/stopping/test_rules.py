"""Stopping rules against solvers whose truth is known: what they promise holds, and they save."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.core.errors import InputError, SettingsError
from proofloop.graphs.stopping.conformal import Conformal, History, prediction_set
from proofloop.graphs.stopping.optscale import OptScale, below, fitted, samples_needed
from proofloop.graphs.stopping.rule import Look, Sample, StoppingRule
from proofloop.graphs.stopping.rules import RULES, rule_of
from proofloop.graphs.stopping.self_evaluation import SelfEvaluation, annealed
from proofloop.graphs.stopping.settled import Settled
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


def test_the_fit_finds_the_distribution_that_made_the_scores() -> None:
    rng = random.Random(2)
    for mean, spread in ((0.5, 0.2), (0.7, 0.1), (0.9, 0.3)):
        found = fitted([truncated(mean, spread, rng) for _ in range(2000)])
        assert found == pytest.approx((mean, spread), abs=0.05)


def test_optscale_reaches_its_target_and_saves_most_samples() -> None:
    """With the spread fitted to some tens of scores instead of known, the confidence is a little
    less than asked for; it must still be near, with far fewer samples than the bound."""
    rng, runs, most = random.Random(3), 200, 64
    rule = OptScale(target=0.7, alpha=0.95, first=8)
    used = reached = 0
    for _ in range(runs):
        drawn = [Sample(answer="", value=truncated(0.55, 0.2, rng)) for _ in range(most)]
        n = run(rule, drawn, most)
        used += n
        reached += max(one.value or 0.0 for one in drawn[:n]) >= 0.7
    needed = samples_needed(below(0.7, 0.55, 0.2), 0.95)
    assert needed is not None
    assert reached / runs > 0.95 - 0.05
    assert 0.7 * needed < used / runs < 1.6 * needed < most / 2


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
    assert used / runs == pytest.approx(1 / (1 - enough), rel=0.1)
    assert [annealed(k) for k in range(3)] == [0.0, 0.5, 0.75]


def histories(n: int, rng: random.Random) -> list[History]:
    """Problems of every difficulty; the wrong answers agree more than chance would have it."""
    found = []
    for _ in range(n):
        p = rng.betavariate(3, 1)
        answers = tuple(
            "right" if rng.random() < p else rng.choice(["x", "x", "y", "z"]) for _ in range(MOST)
        )
        found.append(History(answers=answers, right="right"))
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
    assert wrong / runs <= alpha
    assert used / runs < 0.85 * MOST


def test_too_few_calibration_problems_leave_nothing_out() -> None:
    rule = Conformal.calibrated(histories(5, random.Random(0)), alpha=0.1)
    assert set(rule.least.values()) == {0.0}
    assert not any(rule.look([Sample(answer="a")] * k, MOST).stop for k in range(1, 17))
    assert Conformal.calibrated([], alpha=0.1).least[4] == 0.0
    with pytest.raises(ValueError, match="16 answers"):
        Conformal.calibrated([History(answers=("a",), right="a")])
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
    with pytest.raises(SettingsError, match="needs a calibration"):
        rule_of("conformal")
    for make in (lambda: OptScale(target=1.0), lambda: SelfEvaluation(enough=math.nan)):
        with pytest.raises(ValueError, match="between 0 and 1"):
            make()
    assert NormalDist(0.5, 0.2).cdf(0.5) == pytest.approx(below(0.5, 0.5, 0.2))
