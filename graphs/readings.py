"""Samples sorted into readings of their text by proved equivalence, and how two readings differ."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import Field

from proofloop.core.errors import LeanError, LeanUnavailable
from proofloop.core.model import Frozen
from proofloop.core.task import Candidate
from proofloop.graphs.context import Context
from proofloop.graphs.formal_samples import FormalSample
from proofloop.graphs.selectors.majority import rank_classes
from proofloop.tools.lean.equivalence.cluster import Clustering, cluster
from proofloop.tools.lean.equivalence.compare import Equivalence
from proofloop.tools.lean.equivalence.differ import Difference, difference
from proofloop.tools.lean.equivalence.statement import is_statement
from proofloop.tools.lean.equivalence.subject import read_subjects
from proofloop.tools.lean.lemmas import normalised


class Reading(Frozen):
    """A class of samples that say the same; ``statement`` is that of the one the judges like best.
    ``votes`` are the samples' weights, ``share`` their part of all votes; ``passed`` and ``judges``
    are the judges' decision and words on the statement; ``differs`` tells the reading from the
    first one; ``informal`` is its back-translation, where it was asked for."""

    statement: str
    samples: tuple[str, ...]
    votes: float
    share: float
    passed: bool | None
    judges: str = ""
    differs: str = ""
    informal: str = ""


class Disagreement(Frozen):
    """How a reading differs from the first one. ``verdict`` is that of the comparison, which
    separates them at ``values`` where it could; "" for statements that were not compared."""

    verdict: str = ""
    note: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    difference: Difference = Difference()

    def words(self) -> str:
        return "; ".join(part for part in (self.difference.words(), self.note) if part)


@dataclass(frozen=True)
class Sorted:
    """``classes`` hold samples in order; ``compared`` the comparisons made, by the two texts."""

    classes: list[list[FormalSample]]
    compared: Mapping[tuple[str, str], Equivalence] = field(default_factory=dict)


async def sort_samples(context: Context, header: str, samples: Sequence[FormalSample]) -> Sorted:
    """Equal texts first, then classes by proof. What cannot be compared stays by itself."""
    texts: dict[str, list[FormalSample]] = {}
    for one in samples:
        texts.setdefault(normalised(one.lean), []).append(one)
    groups = list(texts.values())
    shown = [group[0].lean for group in groups]
    places = [place for place, text in enumerate(shown) if is_statement(text)]
    found = Clustering(clusters=())
    if len(places) > 1:
        try:
            found = await cluster(
                context.lean,
                header,
                [shown[place] for place in places],
                seconds=context.formalize.compare_seconds,
            )
        except LeanUnavailable:
            raise
        except LeanError:
            pass  # the probe did not answer: every text by itself
    classes = [[places[i] for i in each] for each in found.clusters]
    alone = set(range(len(groups))).difference(*classes)
    classes = sorted([*classes, *([place] for place in alone)])
    compared = {
        (shown[places[i]], shown[places[j]]): equivalence for i, j, equivalence in found.pairs
    }
    order = {one.id: place for place, one in enumerate(samples)}
    return Sorted(
        [
            sorted((one for place in each for one in groups[place]), key=lambda one: order[one.id])
            for each in classes
        ],
        compared,
    )


def ranked(classes: Sequence[Sequence[FormalSample]], seed: int) -> list[Reading]:
    """The classes as readings, by their votes; which of two with equal votes comes first is drawn
    from the seed."""
    totals = [sum(weight(one) for one in group) for group in classes]
    groups = [
        [Candidate(id=one.id, task_id="", content=one.lean) for one in each] for each in classes
    ]
    everyone = [one for group in groups for one in group]
    chosen = rank_classes(everyone, groups, totals, str.strip, random.Random(seed))
    place = {group[0].id: k for k, group in enumerate(classes)}
    order = [place[name] for name in chosen.ranking if name in place]
    return [reading_of(classes[k], totals[k], chosen.scores[classes[k][0].id]) for k in order]


def reading_of(group: Sequence[FormalSample], votes: float, share: float) -> Reading:
    best = max(group, key=weight)
    return Reading(
        statement=best.lean,
        samples=tuple(one.id for one in group),
        votes=votes,
        share=share,
        passed=best.verdict.passed if best.verdict else None,
        judges=best.verdict.feedback if best.verdict else "",
    )


def weight(one: FormalSample) -> float:
    """The judges' score; what they reject has no vote."""
    if one.verdict is None or one.verdict.passed is False:
        return 0.0
    return one.verdict.score


async def disagreement(
    context: Context, header: str, found: Sorted, first: Reading, second: Reading
) -> Disagreement:
    """How two readings differ, by what their comparison found and by their texts."""
    pair = (first.statement, second.statement)
    if not all(is_statement(text) for text in pair):
        return Disagreement()
    try:
        subjects = await read_subjects(context.lean, header, pair)
    except LeanUnavailable:
        raise
    except LeanError:
        return Disagreement()
    equivalence, swapped = between(found, first, second)
    separation = equivalence.separation if equivalence else None
    note = equivalence.note if equivalence else ""
    return Disagreement(
        verdict=equivalence.verdict if equivalence else "",
        note=swap(note) if swapped else note,
        values=separation.values if separation else {},
        difference=difference(*subjects),
    )


def between(found: Sorted, first: Reading, second: Reading) -> tuple[Equivalence | None, bool]:
    """The comparison that was made between two classes, and whether it was made the other way
    round. It is of two members, not always of those that the readings show."""
    members = {one.id: one.lean for each in found.classes for one in each}
    ours, theirs = ({members[name] for name in each.samples} for each in (first, second))
    for (a, b), equivalence in found.compared.items():
        if a in ours and b in theirs:
            return equivalence, False
        if b in ours and a in theirs:
            return equivalence, True
    return None, False


def swap(words: str) -> str:
    other = {"first": "second", "second": "first"}
    return re.sub(r"\b(first|second)\b", lambda word: other[word[0]], words)
