"""How good judges and their panels are: the report on a set of votes.

Panels are computed from the votes of single judges, without another call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from proofloop.core.model import Frozen
from proofloop.datasets.bootstrap import RESAMPLES
from proofloop.datasets.judge_measure import RULES, Agreement, Ballots, Measure, Quality, cast
from proofloop.datasets.judge_votes import VoteLine
from proofloop.datasets.labels import Label
from proofloop.datasets.metrics import Estimate


class Kind(Frozen):
    """Statements of one kind: how many, how many of them faithful, and of each judge how many it
    "passed", "rejected" and "abstained" on."""

    count: int
    faithful: int
    said: dict[str, dict[str, int]]


class JudgeReport(Frozen):
    """``labels`` have a word on faithfulness, true of ``faithful``; the ``unlabelled`` statements
    have none, and nothing is measured on them. ``fleiss`` is Fleiss' kappa over the
    ``fleiss_items`` on which every judge voted."""

    labels: int
    unlabelled: int
    faithful: int
    judges: tuple[Quality, ...]
    panels: tuple[Quality, ...]
    agreement: tuple[Agreement, ...]
    fleiss: Estimate | None
    fleiss_items: int
    kinds: dict[str, Kind]


def judge_report(
    labels: Sequence[Label],
    votes: Sequence[VoteLine],
    *,
    subsets: bool = False,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> JudgeReport:
    """The report on all judges that voted, and on their panels: of all of them, and with
    ``subsets`` of every two and three of them too."""
    truth = {label.id: label.faithful for label in labels if label.faithful is not None}
    given: dict[str, dict[str, VoteLine]] = {}
    for vote in votes:
        if vote.id in truth and vote.status != "partial":
            given.setdefault(vote.id, {})[vote.judge] = vote
    # The order in which votes came in is chance, and must not move an interval.
    ballots = {key: given[key] for key in truth if key in given}
    names = sorted({vote.judge for vote in votes})
    groups = [tuple(names)] if len(names) > 1 else []
    if subsets:
        sizes = [combinations(names, size) for size in (2, 3) if size < len(names)]
        groups += [group for size in sizes for group in size]
    measure = Measure(truth, ballots, seed, resamples)
    everyone = [one for one in ballots.values() if cast(one, names)]
    return JudgeReport(
        labels=len(truth),
        unlabelled=len(labels) - len(truth),
        faithful=sum(truth.values()),
        judges=tuple(measure.judge(name) for name in names),
        panels=tuple(measure.panel(group, rule) for group in groups for rule in RULES),
        agreement=tuple(measure.agreement(a, b) for a, b in combinations(names, 2)),
        fleiss=measure.fleiss(everyone, names) if len(names) > 1 else None,
        fleiss_items=len(everyone),
        kinds=by_kind(labels, ballots, names),
    )


def by_kind(labels: Sequence[Label], ballots: Ballots, names: Sequence[str]) -> dict[str, Kind]:
    groups: dict[str, list[Label]] = {}
    for label in labels:
        if label.faithful is not None and label.id in ballots:
            kind = label.kind or ("faithful" if label.faithful else "not faithful")
            groups.setdefault(kind, []).append(label)
    return {
        kind: Kind(
            count=len(group),
            faithful=sum(bool(label.faithful) for label in group),
            said={name: said(group, ballots, name) for name in names},
        )
        for kind, group in groups.items()
    }


def said(group: Sequence[Label], ballots: Ballots, name: str) -> dict[str, int]:
    words = {True: "passed", False: "rejected", None: "abstained"}
    lines = (ballots[label.id].get(name) for label in group)
    counts = Counter(words[line.passed] for line in lines if line is not None)
    return {word: counts[word] for word in words.values()}
