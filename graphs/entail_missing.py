"""What premise a step lacks: a small bridge with which it would hold.

A step of a tree that people drew is often not literal: it counts on what everybody knows. A bridge
says that what is one thing is another ("what is a leaf is green"), between a word of the step's
sentences and one of its claim. It is told, and never assumed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from proofloop.core.model import Frozen
from proofloop.graphs.context import Context
from proofloop.graphs.entail_step import automation
from proofloop.tools.entailment.form import All, Event, Form, If, Is, Role, Sentence
from proofloop.tools.entailment.lean_text import statement
from proofloop.tools.entailment.symbols import Symbol, symbol_table
from proofloop.tools.entailment.worlds import find_world

MOST_TRIED = 200
MOST_TOLD = 3
BRIDGE = "bridge"


class Missing(Frozen):
    """A premise in words, and its form."""

    what: str
    form: Form


async def missing_premises(
    context: Context, sentences: Sequence[Sentence], claim: Form
) -> tuple[Missing, ...]:
    """Bridges with which the step holds, as Lean confirms; they alone do not give the claim."""
    found: list[Missing] = []
    for bridge in await asyncio.to_thread(hopeful, list(sentences), claim):
        more = [*sentences, Sentence(id=BRIDGE, form=bridge.form)]
        if await automation(context, statement(more, claim, name="bridged")):
            found.append(bridge)
    return tuple(found)


def hopeful(sentences: list[Sentence], claim: Form) -> list[Missing]:
    """Those that no small world speaks against, while one does against them alone."""
    found: list[Missing] = []
    for tried, bridge in enumerate(bridges(sentences, claim)):
        if tried == MOST_TRIED or len(found) == MOST_TOLD:
            break
        extra = Sentence(id=BRIDGE, form=bridge.form)
        more = [*sentences, extra]
        if find_world(more, claim) or not find_world(more) or not find_world([extra], claim):
            continue
        found.append(bridge)
    return found


def bridges(sentences: Sequence[Sentence], claim: Form) -> Iterator[Missing]:
    """From the words that stand in one sentence only to those that stand in the claim only, then
    between all others."""
    given, _ = symbol_table(sentences)
    wanted, _ = symbol_table([Sentence.model_construct(id="claim", form=claim)])
    new = [each for word, each in wanted.items() if word not in given]
    idle = [each for word, each in given.items() if word not in wanted]
    pairs = [pair for other in new for one in idle for pair in ((one, other), (other, one))]
    pairs += [(one, other) for other in wanted.values() for one in given.values()]
    for one, other in dict.fromkeys(pairs):
        if one.word != other.word:
            yield from joined(one, other)


def joined(one: Symbol, other: Symbol) -> Iterator[Missing]:
    """All that is one is the other: of kinds, or of events with the same roles, also with agent and
    patient exchanged (what is part of a thing is contained by it)."""
    if one.sort == other.sort == "kind":
        body: Form = If(given=Is(kind=one.word, of="x"), then=Is(kind=other.word, of="x"))
        yield Missing(what=f"what is {one.word} is {other.word}", form=All(var="x", body=body))
    if one.sort == other.sort == "event" and one.roles == other.roles:
        variables = [f"{'xyzuvw'[place % 6]}{place // 6 or ''}" for place in range(len(one.roles))]
        roles = dict(zip(sorted(one.roles), variables, strict=True))
        yield Missing(what=f"{one.word} is {other.word} too", form=rule(one, other, roles, roles))
        if {"agent", "patient"} <= roles.keys():
            turned = roles | {"agent": roles["patient"], "patient": roles["agent"]}
            what = f"{one.word} is {other.word} too, with agent and patient exchanged"
            yield Missing(what=what, form=rule(one, other, roles, turned))


def rule(one: Symbol, other: Symbol, roles: dict[Role, str], then: dict[Role, str]) -> Form:
    """Whenever the one happens the other does, whoever takes part."""
    given = Event(kind=one.word, roles=roles)
    body: Form = If(given=given, then=Event(kind=other.word, roles=then))
    for variable in reversed(roles.values()):
        body = All(var=variable, body=body)
    return body
