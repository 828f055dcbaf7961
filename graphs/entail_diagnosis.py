"""Why a step of an entailment tree fails, and which of its sentences is to blame.

Suspects are the leaves among the children: what was proved below rests on sentences that are not
in doubt there. A sentence is the more suspect
- when a small change of it (``edits``) makes the step hold, as Lean confirms: the reading of a
  slip; and the more so the more of the step's sentences are then needed, since a tree has no
  idle children and a change that makes the others idle only says the claim itself;
- then, when a word of it stands nowhere else in the step (it joins nothing).
What is left open is told in Lean's words, with the countermodel where there is one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import islice, zip_longest
from typing import NamedTuple

from proofloop.core.model import Frozen
from proofloop.graphs.context import Context
from proofloop.graphs.entail_step import Step, automation
from proofloop.graphs.prove import check_proof
from proofloop.tools.entailment.edits import edits
from proofloop.tools.entailment.form import Form, Sentence
from proofloop.tools.entailment.lean_text import HEADER, statement
from proofloop.tools.entailment.symbols import symbol_table, words
from proofloop.tools.entailment.worlds import World, find_world, ground_size

MOST_EDITS = 400  # looked at, of one step; fewer where a look is dear
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
    """``suspects``: the most suspect first. ``statement`` is the theorem that failed, ``words`` the
    whole for who mends it."""

    node: str
    outcome: str
    statement: str = ""
    suspects: tuple[Suspect, ...] = ()
    goal: str = ""
    world: World | None = None
    words: str = ""


async def diagnose(
    context: Context,
    node: str,
    step: Step,
    sentences: Sequence[Sentence],
    claim: Form,
    *,
    leaves: Sequence[str],
) -> Diagnosis:
    """``leaves`` are the ids of those ``sentences`` that may be at fault."""
    mends = await mending(context, sentences, claim, leaves=leaves)
    suspects = sorted(
        (suspect(name, sentences, claim, mends.get(name, ())) for name in leaves),
        key=lambda each: -each.score,
    )
    if step.outcome == "contradiction":
        core = [each for each in suspects if each.id in step.used]
        suspects = core or suspects
    goal = await open_goal(context, sentences, claim)
    found = Diagnosis(
        node=node,
        outcome=step.outcome,
        statement=step.statement,
        suspects=tuple(suspects),
        goal=goal,
        world=step.world,
    )
    return found.model_copy(update={"words": described(found, step)})


class Mend(NamedTuple):
    """A small change, the step's sentences with it, and the share of them that the claim needs."""

    what: str
    sentences: tuple[Sentence, ...]
    needs: float


def suspect(
    name: str, sentences: Sequence[Sentence], claim: Form, mends: Sequence[Mend]
) -> Suspect:
    others = words(claim).union(*(words(each.form) for each in sentences if each.id != name))
    own = next(each for each in sentences if each.id == name)
    idle = tuple(sorted(words(own.form) - others))
    score = 2.0 + mends[0].needs if mends else 0.0
    shown = tuple(mend.what for mend in mends)
    return Suspect(id=name, score=score + 1.0 * bool(idle), mends=shown, idle=idle)


async def mending(
    context: Context, sentences: Sequence[Sentence], claim: Form, *, leaves: Sequence[str]
) -> dict[str, list[Mend]]:
    """Of each leaf the small changes with which the step holds, the best first: the search for
    worlds chooses them, Lean confirms the best of each leaf."""
    candidates = await asyncio.to_thread(hopeful, list(sentences), claim, list(leaves))
    found: dict[str, list[Mend]] = {}
    for name, hoped in candidates.items():
        best = sorted(hoped, key=lambda mend: -mend.needs)[:MOST_MENDS]
        for mend in best:
            if await automation(context, statement(mend.sentences, claim, name="mended")):
                found[name] = [mend, *(other for other in best if other is not mend)]
                break
    return found


def hopeful(sentences: list[Sentence], claim: Form, leaves: list[str]) -> dict[str, list[Mend]]:
    """The changes after which no small world speaks against the step, by leaf. The leaves take
    turns, so that none is left out when the count is full."""
    table, _ = symbol_table([*sentences, Sentence.model_construct(id="claim", form=claim)])
    places = {each.id: place for place, each in enumerate(sentences) if each.id in leaves}
    turns = [
        [(name, edit) for edit in edits(sentences[place].form, table)]
        for name, place in places.items()
    ]
    found: dict[str, list[Mend]] = {}
    in_turn = (each for row in zip_longest(*turns) for each in row if each is not None)
    size = ground_size(sentences, claim)
    for name, edit in islice(in_turn, max(FEWEST_EDITS, min(MOST_EDITS, WORK // size))):
        changed = list(sentences)
        changed[places[name]] = Sentence(id=name, form=edit.form)
        needs = needed_after(changed, places[name], claim)
        if needs is not None:
            found.setdefault(name, []).append(Mend(edit.what, tuple(changed), needs))
    return found


def needed_after(changed: list[Sentence], place: int, claim: Form) -> float | None:
    """The share of the sentences without which the claim would fail; None where the change mends
    nothing, or the claim needs the changed sentence alone, or not at all."""
    if find_world(changed, claim) is not None or find_world(changed) is None:
        return None
    needed = [
        number
        for number in range(len(changed))
        if find_world([*changed[:number], *changed[number + 1 :]], claim) is not None
    ]
    if place not in needed or (needed == [place] and len(changed) > 1):
        return None
    return len(needed) / len(changed)


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
