"""One step of an entailment tree, verified by Lean: do these sentences entail that claim?

In this order: a small world in which the sentences hold and the claim does not (a countermodel,
evaluated by Lean); where the search finds no world in which the sentences hold together, a proof
that they contradict each other, since from a contradiction everything follows and nothing is shown;
a proof, by automation first and then by the model. Of a proof it is found out which sentences it
needs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

from proofloop.core.model import Frozen
from proofloop.graphs.context import Context
from proofloop.graphs.prove import check_proof
from proofloop.graphs.prove_whole import prove_whole_graph
from proofloop.graphs.runner import run_apart
from proofloop.tools.entailment.form import Form, Sentence
from proofloop.tools.entailment.lean_text import HEADER, absurdity, refutation, statement
from proofloop.tools.entailment.worlds import World, countermodel_script, find_world
from proofloop.tools.lean.portfolio import Portfolio, proof_text
from proofloop.tools.lean.tactics import Tactic

# The first proves nearly all that are proved at all. ``grind`` finds patterns in rules on events
# only when what happens stands before the arrow as variables, not as "there is".
TACTICS = (
    Tactic("grind", "(try simp only [forall_exists_index, and_imp] at *); grind"),
    Tactic("simp_all_grind", "simp_all; grind"),
    Tactic("simp_all", "simp_all"),
    Tactic("cases_grind", "apply Classical.byContradiction; intro no; simp at no; grind"),
)
PROVE_SECONDS = 20.0


class Step(Frozen):
    """What came of a step. ``statement`` is the theorem asked; once it is "proved", ``proof`` is a
    Lean text that proves it from the sentences ``used`` alone, with its ``report``. ``world`` is a
    countermodel; ``used`` of a contradiction are the sentences that contradict each other, as
    ``proof`` shows."""

    outcome: Literal["proved", "contradiction", "countermodel", "unproved"]
    statement: str
    used: tuple[str, ...] = ()
    proof: str = ""
    prover: str = ""
    report: dict[str, Any] | None = None
    world: World | None = None


async def verify_step(
    context: Context,
    sentences: Sequence[Sentence],
    claim: Form,
    *,
    name: str,
    model: bool = True,
) -> Step:
    """Without ``model`` by automation alone. Raises LeanUnavailable and BudgetExceeded, and what
    the model raises."""
    asked = statement(sentences, claim, name=name)
    if world := await counter_world(context, sentences, claim):
        return Step(outcome="countermodel", statement=asked, world=world)
    together: bool | Step | None = True
    if await asyncio.to_thread(find_world, list(sentences)) is None:
        together = await consistency(context, sentences)
        if isinstance(together, Step):
            return together.model_copy(update={"statement": asked})
    found = await (prove if model else automation)(context, asked)
    if found is None:
        return Step(outcome="unproved", statement=asked)
    proof, prover = found
    if together is None and (absurd := await ex_falso(context, sentences, asked, proof)):
        return absurd.model_copy(update={"statement": asked, "prover": prover})
    return await shortest(context, sentences, claim, proof, name=name, prover=prover)


async def ex_falso(
    context: Context, sentences: Sequence[Sentence], asked: str, proof: str
) -> Step | None:
    """A proof that goes through for ``False`` too proves nothing of its claim."""
    absurd = absurdity(sentences)
    if asked not in proof:
        return None
    other = proof.replace(asked, absurd, 1)
    report = await check_proof(context, absurd, HEADER, other)
    if not report.accepted:
        return None
    core, least = await needed(context, sentences, None, other, name="absurd")
    return Step(outcome="contradiction", statement=absurd, used=core, proof=least)


async def shortest(
    context: Context,
    sentences: Sequence[Sentence],
    claim: Form,
    proof: str,
    *,
    name: str,
    prover: str,
) -> Step:
    """The step as proved, by the proof from the sentences that it needs, if Lean says so once
    more; else by the one that there is."""
    asked = statement(sentences, claim, name=name)
    used, least = await needed(context, sentences, claim, proof, name=name)
    every = tuple(sentence.id for sentence in sentences)
    for names, text in dict.fromkeys([(used, least), (every, proof)]):
        kept = [sentence for sentence in sentences if sentence.id in names]
        own = statement(kept, claim, name=name)
        report = await check_proof(context, own, HEADER, text)
        if report.accepted:
            return Step(
                outcome="proved",
                statement=asked,
                used=names,
                proof=text,
                prover=prover,
                report=report.model_dump(mode="json"),
            )
    return Step(outcome="unproved", statement=asked)


async def counter_world(
    context: Context, sentences: Sequence[Sentence], claim: Form | None
) -> World | None:
    """A world in which Lean finds the sentences true and the claim, if there is one, false."""
    extra = context.entail.unnamed
    world = await asyncio.to_thread(find_world, list(sentences), claim, extra=extra)
    if world is None:
        return None
    asked = refutation(sentences, claim, name="countermodel")
    source = proof_text(asked, countermodel_script(world, sentences, claim))
    report = await check_proof(context, asked, HEADER, source)
    return world if report.accepted else None


async def consistency(context: Context, sentences: Sequence[Sentence]) -> bool | Step | None:
    """True where they hold together in some world, a Step where they contradict each other, None
    where neither was found."""
    if not sentences or await counter_world(context, sentences, None):
        return True
    asked = absurdity(sentences)
    found = await automation(context, asked)
    if found is None:
        return None
    proof, prover = found
    core, least = await needed(context, sentences, None, proof, name="absurd")
    return Step(outcome="contradiction", statement=asked, used=core, proof=least, prover=prover)


async def automation(context: Context, asked: str) -> tuple[str, str] | None:
    """A proof by core Lean, and by which tactic."""
    search = Portfolio(context.lean, tactics=TACTICS, width=1)
    result = await search.prove(
        asked,
        HEADER,
        seconds=min(PROVE_SECONDS, context.prove_seconds),
        heartbeats=context.limits.heartbeats,
    )
    if result.proof is None:
        return None
    return result.proof, f"portfolio: {result.tactic}"


async def prove(context: Context, asked: str) -> tuple[str, str] | None:
    """By automation, then by the graph that proves with a model."""
    if context.search.portfolio and (found := await automation(context, asked)):
        return found
    state = await run_apart(
        prove_whole_graph(), {"statement": asked, "header": HEADER}, context.without_portfolio()
    )
    proof = state.get("proof", "")
    return (proof, state["prover"]) if proof else None


async def needed(
    context: Context, sentences: Sequence[Sentence], claim: Form | None, proof: str, *, name: str
) -> tuple[tuple[str, ...], str]:
    """The sentences without which the same script proves it no longer, one left out at a time, and
    the proof from them; all of them where the proof does not have the statement as it is printed
    here, which a model may word in its own way."""

    def asked(given: Sequence[Sentence]) -> str:
        return absurdity(given) if claim is None else statement(given, claim, name=name)

    kept = list(sentences)
    for sentence in sentences:
        fewer = [each for each in kept if each.id != sentence.id]
        shorter = proof.replace(asked(kept), asked(fewer), 1)
        if shorter == proof:
            break
        report = await check_proof(context, asked(fewer), HEADER, shorter)
        if report.accepted:
            kept, proof = fewer, shorter
    return tuple(sentence.id for sentence in kept), proof
