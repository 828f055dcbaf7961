"""How the graph ``decompose`` ends: what the steps that were verified come to.

``verified`` needs the root proved and the sentences it rests on free of contradiction. What the
tree could not show is asked of all sentences at once: they may entail the hypothesis all the same,
or its negation, or there may be a world in which they hold and it does not; then it is "not
entailed", if every sentence could be read.
"""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from proofloop.graphs.context import Context, context_of
from proofloop.graphs.entail_step import Step, consistency, verify_step
from proofloop.graphs.entailing import (
    DecomposeState,
    feedback_of,
    forms_of,
    problem_of,
    proofs_of,
    rests_on,
    sentences_of,
    unread,
)
from proofloop.tools.entailment.form import Form, Not
from proofloop.tools.entailment.presupposed import PREFIX, about, presuppositions
from proofloop.tools.entailment.problem import HYPOTHESIS
from proofloop.tools.entailment.symbols import listed
from proofloop.tools.entailment.unconditional import UNCONDITIONAL, drops_condition

# What forms were last rejected for, when there were no rounds left for others.
UNUSABLE = ("forms", "binding", "judge")


async def settle(state: DecomposeState, runtime: Runtime[Context]) -> dict[str, Any]:
    """A node: the end state."""
    context, forms = context_of(runtime), forms_of(state)
    if HYPOTHESIS in state.get("proved", {}):
        return await verified(context, state, forms)
    if state.get("status") == "refused":
        return {}
    if HYPOTHESIS not in forms or not state.get("tree") or state.get("fault") in UNUSABLE:
        return unusable(state)
    step = await asked_at_once(context, state, forms)
    if step.outcome == "proved":
        proved = {HYPOTHESIS: step.model_dump(mode="json")}
        return {"proved": proved} | await verified(context, {**state, "proved": proved}, forms)
    if step.outcome == "contradiction":
        return contradiction(step)
    if left := unread(state):
        why = f"it does not follow from the sentences that could be read; unread: {', '.join(left)}"
        return {"status": "refused", "why": notes_on(state, why)}
    return await not_entailed(context, state, forms, step)


def unusable(state: DecomposeState) -> dict[str, Any]:
    """Without a tree or the forms of its sentences."""
    if state.get("tree") and HYPOTHESIS in state.get("forms", {}) and not state.get("fault"):
        return {"status": "refused", "why": notes_on(state, "the hypothesis could not be read")}
    said = feedback_of(state, "tree", "forms", "binding", "judge")
    why = said[-1] if said else "no tree"
    return {"status": "failed", "why": why}


def notes_on(state: DecomposeState, why: str) -> str:
    return f"{why}\n{state['notes']}" if state.get("notes") else why


async def verified(
    context: Context, state: DecomposeState, forms: dict[str, Form]
) -> dict[str, Any]:
    """The root is proved; is what it rests on free of contradiction? That other sentences are not,
    or that it speaks of nothing, is only told."""
    used = rests_on(state, proofs_of(state))
    texts = problem_of(state).texts
    if wrong := [name for name in used if drops_condition(texts[name], forms[name])]:
        return {"status": "refused", "why": f"{listed(wrong)}: {UNCONDITIONAL}", "used": used}
    together, empty = await standing_on(context, state, used, forms)
    if isinstance(together, Step):
        return contradiction(together)
    redundant = [name for name in problem_of(state).texts if name not in used]
    everything = await consistency(context, sentences_of(list(problem_of(state).texts), forms))
    why = [] if used else ["it needs none of the sentences: it holds by its words alone"]
    if isinstance(everything, Step):
        words = listed(everything.used)
        why.append(f"it does not rest on it, but these contradict each other: {words}")
    if together is None:
        why.append("no world was found in which all that it rests on holds")
    if empty is not None:
        why.append(emptiness(empty))
    evidence = {
        "consistent": together,
        "vacuous": [] if empty is None else about(empty.used),
        "unjudged": unjudged(state, [*used, HYPOTHESIS]),
    }
    return {
        "status": "verified",
        "why": "; ".join(why),
        "used": used,
        "redundant": redundant,
        "failed_at": "",
        "evidence": evidence,
    }


async def standing_on(
    context: Context, state: DecomposeState, used: list[str], forms: dict[str, Form]
) -> tuple[bool | Step | None, Step | None]:
    """Whether the sentences that the hypothesis rests on hold together (``consistency``), and the
    contradiction where there cannot be what they, or the hypothesis, are about."""
    sentences = sentences_of(used, forms)
    more = presuppositions([*sentences, *sentences_of([HYPOTHESIS], forms)])
    something = await consistency(context, [*sentences, *more])
    if something is True:
        return True, None
    together = await consistency(context, sentences)
    empty = something if isinstance(something, Step) and about(something.used) else None
    return together, empty


def emptiness(empty: Step) -> str:
    because = [name for name in empty.used if not name.startswith(PREFIX)]
    what = f"nothing can be what {listed(about(empty.used))} is about"
    return f"vacuous: {what}" + (f", by {listed(because)}" if because else "")


def unjudged(state: DecomposeState, names: list[str]) -> list[str]:
    """Forms that no judge has confirmed."""
    said = state.get("judged", {})
    return [name for name in names if not said.get(name, {}).get("passed")]


def contradiction(step: Step) -> dict[str, Any]:
    why = f"these contradict each other, so that anything follows: {', '.join(step.used)}"
    return {
        "status": "contradiction",
        "why": why,
        "used": list(step.used),
        "evidence": {"proof": step.proof, "prover": step.prover},
    }


async def asked_at_once(
    context: Context, state: DecomposeState, forms: dict[str, Form], *, negated: bool = False
) -> Step:
    """The step from all sentences to the hypothesis, or to its negation, by automation alone."""
    sentences = sentences_of(list(problem_of(state).texts), forms)
    claim = Not(body=forms[HYPOTHESIS]) if negated else forms[HYPOTHESIS]
    name = "negation" if negated else HYPOTHESIS
    return await verify_step(context, sentences, claim, name=name, model=False)


async def not_entailed(
    context: Context, state: DecomposeState, forms: dict[str, Form], step: Step
) -> dict[str, Any]:
    """Does even the negation follow? Else with a countermodel, or without any word."""
    negation = await asked_at_once(context, state, forms, negated=True)
    if negation.outcome == "contradiction":
        return contradiction(negation)
    if negation.outcome == "proved":
        evidence = {"proof": negation.proof, "prover": negation.prover}
        return {
            "status": "not entailed",
            "how": "negation",
            "why": f"its negation follows from {', '.join(negation.used)}",
            "used": list(negation.used),
            "evidence": evidence,
        }
    if step.world is None:
        why = state.get("why") or "no proof and no countermodel was found"
        return {"status": "failed", "why": why}
    return {
        "status": "not entailed",
        "how": "countermodel",
        "why": "all sentences hold in a world in which it does not",
        "evidence": {"world": step.world.as_json(), "described": step.world.described()},
    }
