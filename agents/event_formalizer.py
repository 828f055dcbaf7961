"""The event formalizer: sentences in, their logical forms out; and one form mended after a failure.

Decompose-and-Formalise (arXiv 2601.19605): the model fills the slots of templates and writes no
Lean. It is shown the symbols bound so far, so that a thing has the same symbol in every sentence,
and after a failure the one node that failed, with what Lean and the search for a counterexample
say of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from proofloop.agents.llm.base import Model
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt
from proofloop.tools.entailment.form import Form


class FormOf(BaseModel):
    """``form`` is None for a sentence that the templates cannot say."""

    model_config = ConfigDict(frozen=True)

    id: str
    form: Form | None


class Forms(BaseModel):
    model_config = ConfigDict(frozen=True)

    forms: list[FormOf]
    notes: str = ""


class Mended(BaseModel):
    """A new form of one sentence or of the claim; None when there is nothing to mend."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="the sentence or node whose form is wrong")
    form: Form | None
    reasons: str = ""


async def formalize_sentences(
    model: Model,
    texts: Mapping[str, str],
    *,
    symbols: str,
    steps: Mapping[str, Sequence[str]],
    feedback: Sequence[str] = (),
    index: int = 0,
) -> Forms:
    """The forms of all ``texts`` by their ids; ``symbols`` describes those in use, ``steps`` are
    the children of each node. Raises ModelMalformed."""
    sentences = "\n".join(f"{name}: {text}" for name, text in texts.items())
    tree = "\n".join(f"{node} from {', '.join(children)}" for node, children in steps.items())
    prompt = PROMPT.fill("task", sentences=sentences, symbols=symbols, steps=tree)
    prompt += PROMPT.optional("again", feedback="\n\n".join(feedback))
    inputs: dict[str, JsonValue] = {
        "texts": dict(texts),
        "steps": {node: list(children) for node, children in steps.items()},
        "feedback": list(feedback),
    }
    request = PROMPT.request(prompt, inputs=inputs)
    return (await ask(model, request, Forms, first=index))[0]


async def mend(
    model: Model,
    texts: Mapping[str, str],
    forms: Mapping[str, Form],
    *,
    claim: str,
    symbols: str,
    diagnosis: str,
    tried: Sequence[str] = (),
    index: int = 0,
) -> Mended:
    """A new form of one of the node's ``texts`` (its children, and under ``claim`` the node
    itself), after ``diagnosis``; ``tried`` are mends that did not do. Raises ModelMalformed."""
    sentences = "\n".join(
        f"{name}: {text}\n  {forms[name].model_dump_json()}" for name, text in texts.items()
    )
    prompt = MEND.fill(
        "task", sentences=sentences, claim=claim, symbols=symbols, diagnosis=diagnosis
    )
    prompt += MEND.optional("again", tried="\n\n".join(tried))
    request = MEND.request(
        prompt,
        system=PROMPT.fill("system") + MEND.fill("system"),
        inputs={
            "texts": dict(texts),
            "forms": json.loads(json.dumps({n: f.model_dump() for n, f in forms.items()})),
            "tried": list(tried),
        },
    )
    return (await ask(model, request, Mended, first=index))[0]


SYSTEM = """\
You write the logical form of English sentences as JSON, in event-based (neo-Davidsonian) logic. \
Templates: {{"op": "is", "kind": K, "of": T}}; {{"op": "event", "kind": K, "roles": {{ROLE: T}}}} \
(there is an event of this kind with these roles; roles are agent, patient, recipient, instrument, \
place, source, goal, time); {{"op": "same", "left": T, "right": T}}; {{"op": "not", "body": F}}; \
{{"op": "and", "parts": [F]}}; {{"op": "or", "parts": [F]}}; \
{{"op": "either", "left": F, "right": F}} (one of them and not both); \
{{"op": "if", "given": F, "then": F}}; {{"op": "iff", "left": F, "right": F}}; \
{{"op": "all", "var": V, "body": F}}; \
{{"op": "some", "var": V, "body": F}}. Words K are lower case and singular or infinitive, parts \
joined by _ (golden_retriever, eat). A term T is a variable V (one letter) or the name of an \
entity (lower case, at least two letters). Every variable is bound. Use the same word for the same \
entity, kind or event in every sentence, a word for one sort of thing only, and the same roles \
with the same event kind. Say what the sentence says, no more and no less."""

TASK = """\
Symbols in use:
{symbols}

Steps, each of which has to follow by the words alone:
{steps}

Sentences:
{sentences}

Give the form of each by its id, or null as its form where the templates cannot say it."""

AGAIN = """

Earlier forms did not do:

{feedback}"""

MEND_SYSTEM = """\
 One step of an entailment tree could not be verified. Find the one sentence whose form does not \
say what its text says, and give its form anew. Do not make a form say more than its text to get a \
proof: a form that its text does not back is refused. If all forms are right, the step itself does \
not hold: give null."""

MEND_TASK = """\
Symbols in use:
{symbols}

The step claims {claim}; it has to follow from the others.

{sentences}

{diagnosis}"""

MEND_AGAIN = """

These changes did not do:

{tried}"""

PROMPT = Prompt("event_formalizer", system=SYSTEM, task=TASK, again=AGAIN)
MEND = Prompt("event_mender", system=MEND_SYSTEM, task=MEND_TASK, again=MEND_AGAIN)
