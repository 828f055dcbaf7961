"""Logical forms for the sentences and claims of a tree: from the model, with bindings that agree,
and seen by the judges."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from langgraph.runtime import Runtime

from proofloop.agents.event_formalizer import formalize_sentences
from proofloop.core.errors import ModelMalformed
from proofloop.graphs.context import Context, context_of, panel_of
from proofloop.graphs.entailing import (
    DecomposeState,
    feedback_of,
    forms_of,
    rejection,
    sentences_of,
    symbols_in_use,
    texts_of,
    tree_of,
)
from proofloop.graphs.formalizing import judged
from proofloop.tools.entailment.form import Form
from proofloop.tools.entailment.lean_text import HEADER, sentence_statement
from proofloop.tools.entailment.problem import HYPOTHESIS
from proofloop.tools.entailment.symbols import symbol_table
from proofloop.tools.entailment.unconditional import UNCONDITIONAL, drops_condition


async def formalize(state: DecomposeState, runtime: Runtime[Context]) -> dict[str, Any]:
    """Forms of all sentences and claims that have none yet; those that clash with the bindings of
    others, or that a judge rejects, are left out and asked for again."""
    context, texts = context_of(runtime), texts_of(state)
    known = dict(state.get("forms", {}))
    missing = {name: text for name, text in texts.items() if name not in known}
    if not missing:
        return {"fault": ""}
    asked = {"asked": state.get("asked", 0) + 1}
    own = forms_of(state)
    try:
        answer = await formalize_sentences(
            context.model,
            missing,
            symbols=symbols_in_use(own),
            steps={node.id: node.children for node in tree_of(state)},
            feedback=feedback_of(state, "forms", "binding", "judge"),
            index=state.get("asked", 0),
        )
    except ModelMalformed as error:
        return asked | rejection("forms", "", str(error))
    new = {item.id: item.form for item in answer.forms if item.id in missing}
    said: list[dict[str, Any]] = []
    if left_out := [name for name in missing if name not in new]:
        said.append(complaint("forms", "", f"no form was given for {', '.join(left_out)}"))
    filled = {name: form for name, form in new.items() if form is not None}
    clashing, words = clashes(own, filled)
    said += [complaint("binding", "", each) for each in words]
    kept = {name: form for name, form in filled.items() if name not in clashing}
    for name in [each for each in kept if drops_condition(texts[each], kept[each])]:
        said.append(complaint("forms", name, f"{name}: {UNCONDITIONAL}"))
        kept.pop(name)
    verdicts = await judge_all(context, texts, kept)
    for name, verdict in verdicts.items():
        if verdict["passed"] is False:
            said.append(complaint("judge", name, f"{name}: {verdict['feedback']}"))
            kept.pop(name)
    for name, form in new.items():
        if form is None or name in kept:
            known[name] = None if form is None else form.model_dump(mode="json")
    return asked | {
        "forms": known,
        "judged": state.get("judged", {}) | {name: verdicts[name] for name in kept},
        "notes": answer.notes or state.get("notes", ""),
        "rejected": said,
        "fault": said[-1]["stage"] if said else "",
    }


def complaint(stage: str, at: str, words: str) -> dict[str, Any]:
    return {"stage": stage, "at": at, "feedback": words}


def clashes(own: dict[str, Form], new: dict[str, Form]) -> tuple[set[str], list[str]]:
    """Which of the new forms bind a word as no other sentence does, and the words on that."""
    ordered = {**own, **new}
    _, conflicts = symbol_table(sentences_of(list(ordered), ordered))
    involved = {name for each in conflicts for name in (each.first, each.second)}
    return involved & set(new), [str(each) for each in conflicts]


async def judge_all(
    context: Context, texts: dict[str, str], forms: dict[str, Form]
) -> dict[str, dict[str, Any]]:
    """What the judges say of each form as the reading of its text; None where they abstain. Raises
    ModelUnavailable where they are down, once the others have answered: that is paid for."""
    panel = panel_of(context)
    calls = [
        judged(panel, texts[name], sentence_statement(form), HEADER, kind="sentence")
        for name, form in forms.items()
    ]
    said: dict[str, dict[str, Any]] = {}
    for name, verdict in zip(
        forms, await asyncio.gather(*calls, return_exceptions=True), strict=True
    ):
        if isinstance(verdict, BaseException):
            raise verdict
        said[name] = {"passed": verdict.passed, "feedback": verdict.feedback}
    return said


def after_forms(
    state: DecomposeState, runtime: Runtime[Context]
) -> Literal["next", "again", "end"]:
    if not state.get("fault"):
        readable = state["forms"].get(HYPOTHESIS)
        return "next" if readable else "end"
    return "again" if state["asked"] < context_of(runtime).max_rounds else "end"
