"""Why a step of an entailment tree fails, and which of its sentences is to blame.

Suspects are the leaves among the children: what was proved below rests on sentences that are not
in doubt there. A sentence is the more suspect
- when a small change of it (``edits``) makes the step hold, as Lean confirms: the reading of a
  slip; and the more so the more of the step's sentences are then needed, since a tree has no
  idle children and a change that makes the others idle only says the claim itself; less so when
  it breaks another step of the tree, in which the sentence stands too;
- when the others hold together without it, where the step's sentences contradict each other (a
  minimal correction set of one; Liffiton and Sakallah 2008);
- when a word of it stands nowhere else in the step (it joins nothing);
- the more of the steps in which it stands fail (Ochiai's coefficient; Abreu et al. 2007).
What is left open is told in Lean's words, with the countermodel where there is one, and with the
premises that would close the gap (``entail_missing``).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from itertools import islice, zip_longest
from typing import NamedTuple

from proofloop.core.model import Frozen
from proofloop.graphs.context import Context
from proofloop.graphs.entail_missing import Missing, missing_premises
from proofloop.graphs.entail_step import Step, automation
from proofloop.graphs.prove import check_proof
from proofloop.tools.entailment.edits import edits
from proofloop.tools.entailment.form import Form, Sentence
from proofloop.tools.entailment.lean_text import HEADER, statement
from proofloop.tools.entailment.symbols import symbol_table, words
from proofloop.tools.entailment.worlds import World, find_world, ground_size

FEWEST_EDITS = 20
WORK = 60_000  # clauses gone through by the first search of each edit
MOST_MENDS = 3  # told of, of one sentence
GOAL_LINES = 12


class Suspect(Frozen):
    """``mends`` are the small changes of the sentence with which the step holds; ``idle`` its
    words that stand nowhere else in the step."""

    id: str
    score: float
    mends: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()


class Diagnosis(Frozen):
    """``suspects``: the most suspect first. ``unsaid``: words of the claim that stand in no other
    sentence of the step, to which a link is missing. ``missing``: premises with which the step
    would hold. ``statement`` is the theorem that failed, ``words`` the whole for who mends it."""

    node: str
    outcome: str
    statement: str = ""
    suspects: tuple[Suspect, ...] = ()
    unsaid: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    goal: str = ""
    world: World | None = None
    words: str = ""


class Asked(NamedTuple):
    """A step: the sentences of its children, and its claim."""

    sentences: tuple[Sentence, ...]
    claim: Form

    def holds(self) -> bool:
        """As far as small worlds tell."""
        return find_world(self.sentences, self.claim) is None

    def with_(self, changed: Sentence) -> Asked:
        kept = (changed if each.id == changed.id else each for each in self.sentences)
        return Asked(tuple(kept), self.claim)


async def diagnose(
    context: Context,
    node: str,
    step: Step,
    asked: Asked,
    *,
    leaves: Sequence[str],
    others: Sequence[Asked] = (),
) -> Diagnosis:
    """``leaves`` are the ids of those sentences that may be at fault, ``others`` the other steps of
    the tree."""
    mends = await mending(context, asked, leaves=leaves, others=others)
    found = await asyncio.to_thread(scored, asked, step, mends, leaves, others)
    suspects = sorted(found, key=lambda each: -each.score)
    if step.outcome == "contradiction":
        suspects = [each for each in suspects if each.id in step.used] or suspects
    missing = await missing_premises(context, asked.sentences, asked.claim)
    diagnosis = Diagnosis(
        node=node,
        outcome=step.outcome,
        statement=step.statement,
        suspects=tuple(suspects),
        unsaid=tuple(sorted(words(asked.claim) - spoken_of(asked.sentences))),
        missing=missing,
        goal=await open_goal(context, asked.sentences, asked.claim),
        world=step.world,
    )
    return diagnosis.model_copy(update={"words": described(diagnosis, step)})


def spoken_of(sentences: Sequence[Sentence]) -> frozenset[str]:
    return frozenset[str]().union(*(words(each.form) for each in sentences))


def scored(
    asked: Asked,
    step: Step,
    mends: Mapping[str, Sequence[Mend]],
    leaves: Sequence[str],
    others: Sequence[Asked],
) -> list[Suspect]:
    failing = [asked, *(other for other in others if not other.holds())]
    return [suspect(name, asked, step, mends.get(name, ()), failing, others) for name in leaves]


class Mend(NamedTuple):
    """A small change, the step with it, the share of its sentences that the claim then needs, and
    whether it leaves the other steps as they were."""

    what: str
    asked: Asked
    needs: float
    fits: bool

    @property
    def score(self) -> float:
        return self.needs + 1.0 * self.fits


def suspect(
    name: str,
    asked: Asked,
    step: Step,
    mends: Sequence[Mend],
    failing: Sequence[Asked],
    others: Sequence[Asked],
) -> Suspect:
    rest = [each for each in asked.sentences if each.id != name]
    elsewhere = words(asked.claim) | spoken_of(rest)
    own = next(each for each in asked.sentences if each.id == name)
    idle = tuple(sorted(words(own.form) - elsewhere))
    score = 2.0 + mends[0].score if mends else 0.0
    if step.outcome == "contradiction" and find_world(rest) is not None:
        score += 1.0
    among = sum(any(each.id == name for each in one.sentences) for one in failing)
    all_steps = 1 + sum(any(each.id == name for each in one.sentences) for one in others)
    ochiai = among / math.sqrt(len(failing) * all_steps)
    shown = tuple(mend.what for mend in mends)
    total = round(score + 1.0 * bool(idle) + 0.5 * ochiai, 6)
    return Suspect(id=name, score=total, mends=shown, idle=idle)


async def mending(
    context: Context, asked: Asked, *, leaves: Sequence[str], others: Sequence[Asked]
) -> dict[str, list[Mend]]:
    """Of each leaf the small changes with which the step holds, the best first: the search for
    worlds chooses them, Lean confirms the best of each leaf."""
    candidates = await asyncio.to_thread(
        hopeful, asked, list(leaves), list(others), context.entail.edits
    )
    found: dict[str, list[Mend]] = {}
    for name, hoped in candidates.items():
        best = sorted(hoped, key=lambda mend: -mend.score)[:MOST_MENDS]
        for mend in best:
            if await automation(context, statement(*mend.asked, name="mended")):
                found[name] = [mend, *(other for other in best if other is not mend)]
                break
    return found


def hopeful(
    asked: Asked, leaves: list[str], others: list[Asked], most: int
) -> dict[str, list[Mend]]:
    """The changes after which no small world speaks against the step, by leaf: of the first
    ``most``, fewer where a look is dear. The leaves take turns, so that none is left out."""
    sentences, claim = asked
    table, _ = symbol_table([*sentences, Sentence.model_construct(id="claim", form=claim)])
    turns = [
        [(each.id, edit) for edit in edits(each.form, table)]
        for each in sentences
        if each.id in leaves
    ]
    holding = [other for other in others if other.holds()]
    found: dict[str, list[Mend]] = {}
    in_turn = (each for row in zip_longest(*turns) for each in row if each is not None)
    size = ground_size(sentences, claim)
    for name, edit in islice(in_turn, min(most, max(FEWEST_EDITS, WORK // size))):
        changed = Sentence(id=name, form=edit.form)
        mended = asked.with_(changed)
        needs = needed_after(mended, name)
        if needs is not None:
            fits = all(other.with_(changed).holds() for other in holding)
            found.setdefault(name, []).append(Mend(edit.what, mended, needs, fits))
    return found


def needed_after(mended: Asked, name: str) -> float | None:
    """The share of the sentences without which the claim would fail; None where the change mends
    nothing, or the claim needs the changed sentence alone, or not at all."""
    if not mended.holds() or find_world(mended.sentences) is None:
        return None
    needed = [
        each.id
        for each in mended.sentences
        if not Asked(tuple(o for o in mended.sentences if o is not each), mended.claim).holds()
    ]
    if name not in needed or (needed == [name] and len(mended.sentences) > 1):
        return None
    return len(needed) / len(mended.sentences)


async def open_goal(context: Context, sentences: Sequence[Sentence], claim: Form) -> str:
    """What is left of the claim when Lean has simplified by all the sentences."""
    asked = statement(sentences, claim, name="open_goal")
    report = await check_proof(context, asked, HEADER, f"{asked} := by\n  simp_all\n  done")
    if not report.errors:
        return ""
    return "\n".join(report.errors[0].text.splitlines()[:GOAL_LINES])


def described(found: Diagnosis, step: Step) -> str:
    lines: list[str] = []
    if step.outcome == "contradiction":
        lines.append(f"These contradict each other: {', '.join(step.used)}.")
    if found.world is not None:
        lines.append("The claim fails in this world, in which all the others hold:")
        lines.append(found.world.described())
    elif step.outcome == "unproved":
        lines.append("Neither a proof nor a counterexample was found.")
    if found.goal:
        lines.append(f"Lean is left with:\n{found.goal}")
    lines += [said for each in found.suspects if (said := accusation(each))]
    if found.unsaid:
        lines.append(f"None of them speaks of what the claim does: {', '.join(found.unsaid)}.")
    lines += [f"It would follow if also {each.what}." for each in found.missing]
    return "\n".join(lines)


def accusation(each: Suspect) -> str:
    said = []
    if each.idle:
        said.append(f"nothing else in the step speaks of {', '.join(each.idle)}")
    if each.mends:
        said.append(f"the step would hold with {'; or with '.join(each.mends)}")
    return f"{each.id}: {'; '.join(said)}" if said else ""


def blamed(diagnosis: Mapping[str, object] | Diagnosis) -> list[str]:
    """The ids of the most suspect sentences: several where they cannot be told apart."""
    found = Diagnosis.model_validate(diagnosis)
    best = max((each.score for each in found.suspects), default=0.0)
    return [each.id for each in found.suspects if each.score == best]
