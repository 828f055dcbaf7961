"""Why a step of an entailment tree fails, and which of its sentences is to blame.

Suspects are the leaves among the children: what was proved below rests on sentences that are not
in doubt there. A sentence is the more suspect
- when a small change of it (``edits``) makes the step hold with every child needed, as Lean
  confirms: the reading of a slip;
- then, when a word of it stands nowhere else in the step (it joins nothing).
What is left open is told in Lean's words, with the countermodel where there is one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from proofloop.core.model import Frozen
from proofloop.graphs.context import Context
from proofloop.graphs.entail_step import Step, automation
from proofloop.graphs.prove import check_proof
from proofloop.tools.entailment.edits import edits
from proofloop.tools.entailment.form import Form, Sentence
from proofloop.tools.entailment.lean_text import HEADER, statement
from proofloop.tools.entailment.symbols import symbol_table, words
from proofloop.tools.entailment.worlds import World, find_world

MOST_EDITS = 400  # looked at, of one step
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


def suspect(name: str, sentences: Sequence[Sentence], claim: Form, mends: Sequence[str]) -> Suspect:
    others = words(claim).union(*(words(each.form) for each in sentences if each.id != name))
    own = next(each for each in sentences if each.id == name)
    idle = tuple(sorted(words(own.form) - others))
    score = 2.0 * bool(mends) + 1.0 * bool(idle)
    return Suspect(id=name, score=score, mends=tuple(mends[:MOST_MENDS]), idle=idle)


async def mending(
    context: Context, sentences: Sequence[Sentence], claim: Form, *, leaves: Sequence[str]
) -> dict[str, list[str]]:
    """Of each leaf the small changes with which the step holds, no child is idle and the sentences
    still hold together; the search for worlds chooses them, Lean confirms the first of each
    leaf."""
    candidates = await asyncio.to_thread(hopeful, list(sentences), claim, list(leaves))
    mends: dict[str, list[str]] = {}
    for name, found in candidates.items():
        for what, changed in found[:MOST_MENDS]:
            if await automation(context, statement(changed, claim, name="mended")):
                mends[name] = [what, *(other for other, _ in found if other != what)]
                break
    return mends


def hopeful(
    sentences: list[Sentence], claim: Form, leaves: list[str]
) -> dict[str, list[tuple[str, list[Sentence]]]]:
    """The changes after which no small world speaks against the step."""
    table, _ = symbol_table([*sentences, Sentence.model_construct(id="claim", form=claim)])
    found: dict[str, list[tuple[str, list[Sentence]]]] = {}
    looked = 0
    for place, sentence in enumerate(sentences):
        if sentence.id not in leaves:
            continue
        for edit in edits(sentence.form, table):
            looked += 1
            if looked > MOST_EDITS:
                return found
            new = sentence.model_copy(update={"form": edit.form})
            changed = [*sentences[:place], new, *sentences[place + 1 :]]
            if mends(changed, claim):
                found.setdefault(sentence.id, []).append((edit.what, changed))
    return found


def mends(sentences: list[Sentence], claim: Form) -> bool:
    """No small world speaks against the claim, one allows the sentences, and without any one of
    them the claim fails somewhere."""
    if find_world(sentences, claim) is not None or find_world(sentences) is None:
        return False
    return all(
        find_world([*sentences[:place], *sentences[place + 1 :]], claim) is not None
        for place in range(len(sentences))
    )


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
