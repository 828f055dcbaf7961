"""The measures of one judge or one panel, from votes on labelled statements.

The positive class is "faithful". Abstentions are counted apart: accuracy, precision, recall, F1,
kappa and calibration are of the votes that were cast. The weights of a weighted panel are measured
on other statements than those it is judged on (cross-fitting over ``FOLDS`` parts), else it would
know its own examination. Intervals are bootstrap intervals over the statements.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from proofloop.agents.panel.rules import AllAgree, Majority, Reliability, Rule, Weighted, settled
from proofloop.agents.panel.vote import Vote
from proofloop.core.model import Frozen
from proofloop.datasets.bootstrap import bootstrap
from proofloop.datasets.judge_votes import VoteLine
from proofloop.datasets.metrics import Estimate
from proofloop.tools.analysis.agreement import beyond, by_chance, cohen_kappa, fleiss_kappa
from proofloop.tools.analysis.calibration import (
    Bin,
    brier,
    expected_calibration_error,
    reliability_bins,
)
from proofloop.tools.analysis.confusion import Confusion, f1_of

FOLDS = 5

# What was said of a statement, and whether it is faithful.
Outcome = tuple[bool | None, float, bool]
Ballots = Mapping[str, Mapping[str, VoteLine]]  # by statement and judge


class Quality(Frozen):
    """``metrics`` by name: accuracy, precision, recall, specificity, f1, kappa (with the labels),
    brier, ece, abstention; None where there is nothing to count. ``seconds``, ``tokens``, ``usd``
    and ``calls`` are means over the statements; ``usd`` is None where a price is not known."""

    name: str
    judges: tuple[str, ...]
    rule: str = ""
    items: int
    abstained: dict[str, int]
    confusion: Confusion
    metrics: dict[str, Estimate | None]
    bins: tuple[Bin, ...]
    reliability: Reliability | None = None
    seconds: float
    tokens: float
    calls: float
    usd: float | None


class Agreement(Frozen):
    """Cohen's kappa of two judges over the ``items`` on which both voted."""

    judges: tuple[str, str]
    items: int
    kappa: Estimate | None


class Measure:
    """The measures of one set of votes."""

    def __init__(
        self, truth: Mapping[str, bool], ballots: Ballots, seed: int, resamples: int
    ) -> None:
        self.truth, self.ballots, self.seed, self.resamples = truth, ballots, seed, resamples

    def judge(self, name: str) -> Quality:
        lines = [one[name] for one in self.ballots.values() if name in one]
        outcomes = [(line.passed, line.score, self.truth[line.id]) for line in lines]
        words = Counter(line.abstained or line.status for line in lines if line.passed is None)
        quality = self.quality(name, (name,), "", outcomes, words, lines)
        if not quality.confusion.total:
            return quality
        known = self.reliability([name], self.ballots)
        return quality.model_copy(update={"reliability": known[name]})

    def panel(self, judges: tuple[str, ...], rule: str) -> Quality:
        """The panel asked in the order of ``judges`` until it is decided, which says what it costs
        and not what it decides."""
        items = [key for key, one in self.ballots.items() if all(name in one for name in judges)]
        outcomes: list[Outcome] = []
        asked: list[VoteLine] = []
        for key, made in self.rules(rule, judges, items).items():
            votes = [as_vote(self.ballots[key][name]) for name in judges]
            decision = made.decide(votes, judges)
            outcomes.append((decision.passed, decision.score, self.truth[key]))
            heard = needed(made, votes)
            asked += [self.ballots[key][name] for name in judges[:heard]]
        undecided = Counter("undecided" for passed, _, _ in outcomes if passed is None)
        name = f"{rule}({', '.join(judges)})"
        return self.quality(name, judges, rule, outcomes, undecided, asked)

    def rules(self, rule: str, judges: tuple[str, ...], items: Sequence[str]) -> dict[str, Rule]:
        """The rule for each statement: for weighted panels one that has not seen it."""
        if rule != "weighted":
            return {key: RULES[rule]() for key in items}
        order = list(items)
        random.Random(self.seed).shuffle(order)
        folds = [order[place::FOLDS] for place in range(min(FOLDS, len(order)))]
        made: dict[str, Rule] = {}
        for fold in folds:
            rest = {key: self.ballots[key] for key in order if key not in set(fold)}
            faithful = sum(self.truth[key] for key in rest)
            weights = Weighted(
                self.reliability(judges, rest), prior=(faithful + 1) / (len(rest) + 2)
            )
            made |= dict.fromkeys(fold, weights)
        return {key: made[key] for key in items}

    def reliability(self, judges: Iterable[str], ballots: Ballots) -> dict[str, Reliability]:
        """With one imagined success and failure each (Laplace), so that nobody is measured as
        never wrong."""
        found = {}
        for name in judges:
            counts = Confusion.of(
                (bool(one[name].passed), self.truth[key])
                for key, one in ballots.items()
                if name in one and one[name].passed is not None
            )
            found[name] = Reliability(
                sensitivity=(counts.true_yes + 1) / (counts.true_yes + counts.false_no + 2),
                specificity=(counts.true_no + 1) / (counts.true_no + counts.false_yes + 2),
            )
        return found

    def quality(
        self,
        name: str,
        judges: tuple[str, ...],
        rule: str,
        outcomes: Sequence[Outcome],
        abstained: Mapping[str, int],
        paid: Sequence[VoteLine],
    ) -> Quality:
        confusion = confusion_of(outcomes)
        costs = [line.usd for line in paid]
        n = len(outcomes) or 1
        return Quality(
            name=name,
            judges=judges,
            rule=rule,
            items=len(outcomes),
            abstained=dict(abstained),
            confusion=confusion,
            metrics=self.interval(outcomes, counted(confusion, len(outcomes))),
            bins=tuple(reliability_bins(forecasts(outcomes))),
            seconds=math.fsum(line.seconds for line in paid) / n,
            tokens=sum(line.tokens for line in paid) / n,
            calls=sum(line.calls for line in paid) / n,
            usd=None if None in costs else math.fsum(cost or 0.0 for cost in costs) / n,
        )

    def interval(
        self,
        items: Sequence[Outcome],
        counts: Mapping[str, int],
    ) -> dict[str, Estimate | None]:
        """The measures with their intervals. That of F1 is the overlap's, of which it is a rising
        function: a proportion, for which there is a bound where the bootstrap has none."""
        rng = random.Random(self.seed)
        found = bootstrap(items, metrics, counted=counts, resamples=self.resamples, rng=rng)
        overlap = found.pop("overlap")
        if overlap is not None:
            ends = {name: f1_of(getattr(overlap, name)) for name in ("value", "low", "high")}
            overlap = overlap.model_copy(update=ends)
        votes = [(passed, true) for passed, _, true in items if passed is not None]
        return found | {"f1": overlap, "kappa": agreed(found["kappa"], votes)}

    def agreement(self, a: str, b: str) -> Agreement:
        both = [
            (one[a].passed, one[b].passed) for one in self.ballots.values() if cast(one, (a, b))
        ]
        found = bootstrap(
            both,
            lambda pairs: {"kappa": cohen_kappa(pairs)},
            resamples=self.resamples,
            rng=random.Random(self.seed),
        )
        return Agreement(judges=(a, b), items=len(both), kappa=agreed(found["kappa"], both))

    def fleiss(
        self, items: Sequence[Mapping[str, VoteLine]], names: Sequence[str]
    ) -> Estimate | None:
        ratings = [[one[name].passed for name in names] for one in items]
        found = bootstrap(
            ratings,
            lambda some: {"kappa": fleiss_kappa(some)},
            resamples=self.resamples,
            rng=random.Random(self.seed),
        )
        return found["kappa"]


RULES: dict[str, Callable[[], Rule]] = {"all": AllAgree, "majority": Majority, "weighted": Weighted}


def metrics(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    confusion = confusion_of(outcomes)
    said = forecasts(outcomes)
    silent = sum(passed is None for passed, _, _ in outcomes)
    return {
        "accuracy": confusion.accuracy,
        "precision": confusion.precision,
        "recall": confusion.recall,
        "specificity": confusion.specificity,
        "overlap": confusion.overlap,
        "kappa": cohen_kappa([(p, t) for p, _, t in outcomes if p is not None]),
        "brier": brier(said),
        "ece": expected_calibration_error(said),
        "abstention": silent / len(outcomes) if outcomes else None,
    }


def agreed(kappa: Estimate | None, pairs: Sequence[tuple[object, object]]) -> Estimate | None:
    """Where all agree, every resample does too: the least kappa is then that of the least share
    of agreement that is likely (``bootstrap``)."""
    if kappa is None or kappa.value < 1.0:
        return kappa
    share = ((1 - kappa.level) / 2) ** (1 / len(pairs))
    low = beyond(share, by_chance(pairs))
    return kappa if low is None else kappa.model_copy(update={"low": low})


def counted(confusion: Confusion, items: int) -> dict[str, int]:
    """The metrics that are proportions, and of how many. Brier's score is the mean of what is at
    most 1 each, and so as bounded as one."""
    return {
        "brier": confusion.total,
        "accuracy": confusion.total,
        "precision": confusion.true_yes + confusion.false_yes,
        "recall": confusion.true_yes + confusion.false_no,
        "specificity": confusion.true_no + confusion.false_yes,
        "overlap": confusion.true_yes + confusion.false_yes + confusion.false_no,
        "abstention": items,
    }


def confusion_of(outcomes: Iterable[Outcome]) -> Confusion:
    return Confusion.of((passed, true) for passed, _, true in outcomes if passed is not None)


def forecasts(outcomes: Iterable[Outcome]) -> list[tuple[float, bool]]:
    return [(score, true) for passed, score, true in outcomes if passed is not None]


def as_vote(line: VoteLine) -> Vote:
    return Vote(judge=line.judge, passed=line.passed, score=line.score, abstained=line.abstained)


def needed(rule: Rule, votes: Sequence[Vote]) -> int:
    """How many of the votes, in this order, settle the decision."""
    for count in range(1, len(votes)):
        if settled(rule, votes[:count], [vote.judge for vote in votes[count:]]):
            return count
    return len(votes)


def cast(one: Mapping[str, VoteLine], names: Iterable[str]) -> bool:
    """Whether all of these judges voted."""
    return all(name in one and one[name].passed is not None for name in names)
