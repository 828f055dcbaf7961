"""How votes are counted."""

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofloop.agents.panel.rules import AllAgree, Majority, Reliability, Rule, Weighted, settled
from proofloop.agents.panel.vote import Vote, decided
from proofloop.core.errors import SettingsError

NAMES = ("a", "b", "c", "d")


def votes(*said: bool | None) -> list[Vote]:
    return [
        Vote.model_validate({"judge": name, **decided(passed, None)})
        for name, passed in zip(NAMES, said, strict=False)
    ]


def decision(rule: Rule, *said: bool | None) -> bool | None:
    return rule.decide(votes(*said), NAMES[: len(said)]).passed


@pytest.mark.parametrize(
    ("said", "all_agree", "majority"),
    [
        ((True,), True, True),
        ((False,), False, False),
        ((None,), None, None),
        ((True, True, True), True, True),
        ((True, True, False), False, True),
        ((True, True, None), None, True),
        ((True, None, None), None, None),  # one of three is no quorum
        ((False, None, None), False, None),
        ((True, False), False, None),  # a tie
        ((True, False, None, None), False, None),
        ((False, False, None), False, False),
    ],
)
def test_abstentions_are_no_votes(
    said: tuple[bool | None, ...], all_agree: bool | None, majority: bool | None
) -> None:
    assert decision(AllAgree(), *said) is all_agree
    assert decision(Majority(), *said) is majority


def test_the_quorum_of_a_majority_is_a_choice() -> None:
    assert decision(Majority(quorum=1), True, None, None) is True
    assert decision(Majority(quorum=3), True, True, None) is None


def test_the_score_of_weighted_votes_is_the_posterior_by_bayes() -> None:
    rule = Weighted({"a": Reliability(sensitivity=0.7, specificity=0.9)}, prior=0.4)
    yes = rule.decide(votes(True), ["a"])
    assert yes.score == pytest.approx(0.4 * 0.7 / (0.4 * 0.7 + 0.6 * 0.1))
    no = rule.decide(votes(False), ["a"])
    assert no.score == pytest.approx(0.4 * 0.3 / (0.4 * 0.3 + 0.6 * 0.9))
    assert (yes.passed, no.passed) == (True, False)


def test_one_reliable_judge_outweighs_two_poor_ones() -> None:
    accuracy = {"a": 0.9, "b": 0.6, "c": 0.6}
    rule = Weighted({name: Reliability.of_accuracy(p) for name, p in accuracy.items()})
    assert decision(rule, True, False, False) is True
    assert decision(Majority(), True, False, False) is False
    total = math.log(9) - 2 * math.log(1.5)
    assert rule.decide(votes(True, False, False), NAMES[:3]).score == pytest.approx(
        1 / (1 + math.exp(-total))
    )


def test_a_judge_that_is_wrong_more_often_than_right_counts_for_the_opposite() -> None:
    rule = Weighted({"a": Reliability.of_accuracy(0.2)})
    assert decision(rule, True) is False
    assert rule.favours("a") is False


def test_evidence_that_cancels_out_decides_nothing() -> None:
    rule = Weighted({name: Reliability.of_accuracy(0.8) for name in NAMES})
    assert decision(rule, True, False) is None
    assert decision(rule, None, None) is None


def test_a_judge_measured_without_an_error_is_not_believed_without_limit() -> None:
    sure = Reliability.of_accuracy(1.0)
    assert sure.evidence(True) == pytest.approx(math.log(99))


def test_a_judge_never_measured_has_no_weight() -> None:
    with pytest.raises(SettingsError, match="judge b: a weighted panel needs"):
        Weighted({"a": Reliability.of_accuracy(0.8)}).decide(votes(True, True), NAMES[:2])


rates = st.floats(min_value=0.02, max_value=0.98)
rules = st.one_of(
    st.just(AllAgree()),
    st.builds(Majority, quorum=st.one_of(st.none(), st.integers(1, 4))),
    st.builds(
        lambda table, prior, quorum: Weighted(
            {
                name: Reliability(sensitivity=s, specificity=t)
                for name, (s, t) in zip(NAMES, table, strict=True)
            },
            prior,
            quorum,
        ),
        st.lists(st.tuples(rates, rates), min_size=4, max_size=4),
        rates,
        st.integers(1, 4),
    ),
)


@given(rules, st.lists(st.sampled_from([True, False, None]), max_size=3))
def test_settled_is_true_exactly_when_no_ending_decides_otherwise(
    rule: Rule, said: list[bool | None]
) -> None:
    waiting = NAMES[len(said) :]
    endings = {
        decision(rule, *said, *rest) for rest in product((True, False, None), repeat=len(waiting))
    }
    assert settled(rule, votes(*said), waiting) is (len(endings) == 1)
