"""Mending the step of a tree that fails: its diagnosis, and a new form for one of its sentences, or
another tree."""

from __future__ import annotations

from typing import Any, Literal

from langgraph.runtime import Runtime

from proofloop.agents.event_formalizer import mend
from proofloop.core.errors import ModelMalformed
from proofloop.graphs.context import Context, context_of
from proofloop.graphs.entail_diagnosis import Asked, diagnose
from proofloop.graphs.entail_forms import clashes, complaint, judge_all
from proofloop.graphs.entail_step import Step
from proofloop.graphs.entailing import (
    DecomposeState,
    feedback_of,
    forms_of,
    problem_of,
    rejection,
    sentences_of,
    symbols_in_use,
    texts_of,
    tree_of,
)
from proofloop.tools.entailment.form import Form, Sentence
from proofloop.tools.entailment.problem import Node
from proofloop.tools.entailment.unconditional import UNCONDITIONAL, drops_condition


async def repair(state: DecomposeState, runtime: Runtime[Context]) -> dict[str, Any]:
    """A new form for one sentence of the first step that fails, seen by the judges; or the step is
    given up."""
    context, forms, texts = context_of(runtime), forms_of(state), texts_of(state)
    name = min(state["failing"])
    node = next(each for each in tree_of(state) if each.id == name)
    children = sentences_of(node.children, forms)
    known = await diagnosed(context, state, node)
    update: dict[str, Any] = {"diagnosis": known, "failed_at": name, "fault": ""}
    count = state.get("repairs", {}).get(name, 0)
    if count >= context.entail.repairs:
        return update | given_up(state, name, f"{name}: {count} mends did not do")
    update["repairs"] = state.get("repairs", {}) | {name: count + 1}
    shown = {each.id: texts[each.id] for each in children} | {name: texts[name]}
    try:
        answer = await mend(
            context.model,
            shown,
            forms,
            claim=name,
            symbols=symbols_in_use(forms),
            diagnosis=known["words"],
            tried=feedback_of(state, "mend", at=name),
            index=count,
        )
    except ModelMalformed as error:
        return update | rejection("mend", name, str(error))
    if answer.form is None:
        why = answer.reasons or "there is nothing to mend"
        return update | given_up(state, name, f"{name}: {why}")
    if fault := mend_fault(forms, shown, answer.id, answer.form):
        return update | rejection("mend", name, fault)
    return update | await mended(context, state, name, shown, answer.id, answer.form)


async def diagnosed(context: Context, state: DecomposeState, node: Node) -> dict[str, Any]:
    """The Diagnosis of the step as it fails now: the state's, or a new one."""
    forms, step = forms_of(state), Step.model_validate(state["failing"][node.id])
    known = state.get("diagnosis", {})
    if known.get("node") == node.id and known.get("statement") == step.statement:
        return known

    def asked(of: Node) -> Asked:
        return Asked(tuple(sentences_of(of.children, forms)), forms[of.id])

    given = problem_of(state).texts
    found = await diagnose(
        context,
        node.id,
        step,
        asked(node),
        leaves=[child for child in node.children if child in given and child in forms],
        others=[asked(each) for each in tree_of(state) if each != node and each.id in forms],
    )
    return found.model_dump(mode="json")


async def mended(
    context: Context,
    state: DecomposeState,
    node: str,
    shown: dict[str, str],
    name: str,
    form: Form,
) -> dict[str, Any]:
    """The update for a new form of a sentence of the step ``node``, by the judges' word on it."""
    said = f"{name} as {form.model_dump_json()}"
    verdicts = await judge_all(context, shown, {name: form})
    if verdicts[name]["passed"] is False:
        words = f"{said} does not say its text: {verdicts[name]['feedback']}"
        return rejection("mend", node, words)
    return {
        "rejected": [complaint("mend", node, said)],
        "forms": state["forms"] | {name: form.model_dump(mode="json")},
        "judged": state.get("judged", {}) | verdicts,
    }


def mend_fault(forms: dict[str, Form], shown: dict[str, str], name: str, form: Form) -> str:
    """Why the judges need not look at a new form of the sentence ``name``, "" if they do."""
    if name not in shown:
        return f"{name!r} is no part of this step; there are {', '.join(shown)}"
    if form == forms[name]:
        return f"this is the form that {name} has"
    try:
        Sentence(id=name, form=form)
    except ValueError as error:
        return f"{name}: {error}"
    if drops_condition(shown[name], form):
        return f"{name}: {UNCONDITIONAL}"
    others = {other: each for other, each in forms.items() if other != name}
    return "\n".join(clashes(others, {name: form})[1])


def given_up(state: DecomposeState, name: str, why: str) -> dict[str, Any]:
    return {"given_up": [*state.get("given_up", []), name], "why": why, "fault": "given up"}


def after_repair(
    state: DecomposeState, runtime: Runtime[Context]
) -> Literal["verify", "repair", "rebuild", "settle"]:
    if state["fault"] == "given up":
        most = context_of(runtime).entail.rebuilds
        return "rebuild" if state.get("rebuilds", 0) < most else "settle"
    return "repair" if state["fault"] else "verify"


async def rebuild(state: DecomposeState, runtime: Runtime[Context]) -> dict[str, Any]:
    """The words on the failed step, for another tree."""
    words = f"The step {state['failed_at']} failed: {state['why']}\n{state['diagnosis']['words']}"
    return {
        "rebuilds": state.get("rebuilds", 0) + 1,
        "trees": 0,
        **rejection("step", state["failed_at"], words),
    }
