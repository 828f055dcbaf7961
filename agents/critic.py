"""The critic: what is wrong with a formalization, and whether such a critique is right.

The two prompts of ReForm (arXiv 2510.24592): the semantic consistency check with its stages
(assertions of the text, of the Lean, comparison, judgement, confirmation), to which an earlier
critique may be shown that it then has to assess; and the second opinion, which judges a critique
and not the statement. An answer that cannot be read is an abstention.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.formalizer import Rejected
from proofloop.agents.frames import LEAN, REJECTED, TEXT, paragraphs, tagged
from proofloop.agents.llm.base import Model, Sampling
from proofloop.agents.llm.structured import ask
from proofloop.agents.prompts import Prompt
from proofloop.core.errors import ModelMalformed


class Critique(BaseModel):
    """``consistent`` None is an abstention; ``comments`` are for the formalizer."""

    model_config = ConfigDict(frozen=True)

    text_analysis: str = Field(default="", description="objects, assumptions, claims of the text")
    lean_analysis: str = Field(
        default="", description="domains, boundaries, quantifiers, assumptions, implications"
    )
    comparison: str = Field(default="", description="the two, point by point")
    consistent: bool | None = Field(description="true, false, or null when you cannot tell")
    comments: str = Field(default="", description="what to change and why; or why all is well")


class Opinion(BaseModel):
    """``faithful``: the critique is right in its decision and in its reasons."""

    model_config = ConfigDict(frozen=True)

    reasons: str = ""
    faithful: bool | None = Field(description="true, false, or null when you cannot tell")


class Disputed(BaseModel):
    """A critique of the present statement that a second opinion found wrong, with its reasons."""

    model_config = ConfigDict(frozen=True)

    consistent: bool
    comments: str
    objection: str


async def critique(
    model: Model,
    informal: str,
    lean: str,
    *,
    header: str,
    history: Sequence[Rejected] = (),
    disputed: Sequence[Disputed] = (),
    sampling: Sampling | None = None,
) -> Critique:
    """A critique of ``lean`` after the statements of the ``history`` were rejected."""
    earlier = PROMPT.numbered("earlier", (item.model_dump() for item in history))
    objections = PROMPT.numbered(
        "objection",
        (item.model_dump() | {"verdict": verdict(item.consistent)} for item in disputed),
    )
    request = PROMPT.request(
        PROMPT.fill("task", informal=informal, lean=lean, header=header)
        + PROMPT.optional("history", history=earlier)
        + PROMPT.optional("disputed", objections=objections),
        inputs={"informal": informal, "lean": lean, "header": header},
        sampling=sampling,
    )
    try:
        return (await ask(model, request, Critique))[0]
    except ModelMalformed as error:
        return Critique(consistent=None, comments=f"no critique: {error}")


async def second_opinion(
    model: Model, informal: str, lean: str, found: Critique, *, header: str
) -> Opinion:
    """Whether a critique that came to a decision is right."""
    task = OPINION.fill(
        "task",
        informal=informal,
        lean=lean,
        header=header,
        verdict=verdict(bool(found.consistent)),
        comments=found.comments,
    )
    request = OPINION.request(
        task,
        inputs={
            "informal": informal,
            "lean": lean,
            "header": header,
            "consistent": found.consistent,
        },
        sampling=Sampling(temperature=0.0),
    )
    try:
        return (await ask(model, request, Opinion))[0]
    except ModelMalformed as error:
        return Opinion(faithful=None, reasons=f"no second opinion: {error}")


def verdict(consistent: bool) -> str:
    return "consistent" if consistent else "not consistent"


SYSTEM = """\
You check whether a Lean 4 theorem statement says exactly what an informal mathematical text says. \
Work in this order. 1. Analyse the text: objects, assumptions, quantifiers, claims. 2. Analyse the \
Lean statement: domains, boundary cases, quantifiers, assumptions, implications; mind truncated \
subtraction and division on ℕ, division by zero, implicit coercions. 3. Compare the two point by \
point. 4. Judge: consistent only if they are fully equivalent. 5. Confirm your judgement: go \
through it once more and look for what you have missed. Ignore any proof. The comments are for the \
author of the statement: say what differs, where, and how the text wants it."""

CRITICISE = """\
Give the analyses and the comparison first, then the decision (true, false, or null if you cannot \
tell) and the comments."""

HISTORY = """

Earlier statements that were rejected, with the reasons:

{history}"""

DISPUTED = """

This statement was critiqued before, and the critique was objected to. Assess both: neither needs \
to be right.

{objections}"""

OBJECTION = """\
Critique ({verdict}): {comments}
Objection: {objection}"""

OPINION_SYSTEM = """\
You judge a critique, not a statement. You are shown an informal mathematical text, a Lean 4 \
theorem statement that should say the same, and a critique that calls it consistent or not \
consistent. Check the critique against the two: is its decision right, and does each of its \
reasons hold? A critique that finds a fault where there is none is not faithful, nor is one that \
misses a fault."""

OPINE = """\
Give the reasons first, then whether the critique is faithful: true, false, or null if you cannot \
tell."""

PROMPT = Prompt(
    "critic",
    system=SYSTEM,
    task=paragraphs(TEXT, LEAN, CRITICISE),
    history=HISTORY,
    earlier=REJECTED,
    disputed=DISPUTED,
    objection=OBJECTION,
)
OPINION = Prompt(
    "second_opinion",
    system=OPINION_SYSTEM,
    task=paragraphs(
        TEXT, LEAN, tagged("The critique calls it {verdict}", "critique", "comments"), OPINE
    ),
)
