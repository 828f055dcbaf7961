"""The formalizer: informal mathematics in, one Lean 4 theorem statement out.

The prompt follows the workflow of Autoformalizer with Tool Feedback (arXiv 2510.06857, section 3):
write a statement, and when a tool rejects it, revise with the tool's words at hand.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from proofloop.agents.examples import shown
from proofloop.agents.frames import (
    EXAMPLE,
    FAITHFUL,
    PREMISES,
    REJECTED,
    TEXT_AND_HEADER,
    paragraphs,
)
from proofloop.agents.llm.base import Model, Request, Sampling
from proofloop.agents.llm.structured import Answer, ask, ask_each
from proofloop.agents.prompts import Prompt
from proofloop.core.model import Frozen
from proofloop.tools.examples.example import Example


class Formalization(BaseModel):
    """``lean`` is empty when the formalizer declines; ``notes`` then says why."""

    model_config = ConfigDict(frozen=True)

    lean: str = Field(description="theorem NAME (binders) : claim, without proof; or empty")
    notes: str = Field(default="", description="choices made in reading the text; or why not")


class Rejected(Frozen):
    """An earlier statement and what a tool said against it."""

    lean: str
    stage: str
    feedback: str


async def formalize(
    model: Model,
    informal: str,
    *,
    name: str,
    header: str,
    rejected: Sequence[Rejected] = (),
    premises: str = "",
    examples: Sequence[Example] = (),
    index: int = 0,
    sampling: Sampling | None = None,
) -> Formalization:
    """One statement for ``informal``, better than those ``rejected``. ``premises`` are declarations
    that may be of use, ``examples`` other texts with their statements."""
    request = formalizer_request(
        informal,
        name=name,
        header=header,
        rejected=rejected,
        premises=premises,
        examples=examples,
        sampling=sampling,
    )
    return (await ask(model, request, Formalization, first=index))[0]


async def formalize_each(
    model: Model,
    informal: str,
    *,
    name: str,
    header: str,
    n: int,
    first: int = 0,
    rejected: Sequence[Rejected] = (),
    premises: str = "",
    examples: Sequence[Example] = (),
) -> list[Answer[Formalization]]:
    """``n`` samples from the index ``first``, readable or not."""
    request = formalizer_request(
        informal,
        name=name,
        header=header,
        rejected=rejected,
        premises=premises,
        examples=examples,
    )
    return await ask_each(model, request, Formalization, n=n, first=first)


def formalizer_request(
    informal: str,
    *,
    name: str,
    header: str,
    rejected: Sequence[Rejected] = (),
    premises: str = "",
    examples: Sequence[Example] = (),
    sampling: Sampling | None = None,
) -> Request:
    history = PROMPT.numbered("history", (item.model_dump() for item in rejected))
    return PROMPT.request(
        shown(PROMPT, examples)
        + PROMPT.fill("task", informal=informal, name=name, header=header)
        + PROMPT.optional("premises", premises=premises)
        + PROMPT.optional("revise", history=history),
        inputs={
            "informal": informal,
            "name": name,
            "header": header,
            "feedback": rejected[-1].feedback if rejected else "",
        },
        sampling=sampling,
    )


SYSTEM = f"You formalize mathematics in Lean 4. {FAITHFUL}"

WRITE = """\
Write `theorem {name} (binders) : claim` without `:=` and without a proof. Give it in the field \
"lean"; say in "notes" which choices you made. Leave "lean" empty only if the text cannot be \
stated with these imports, and say why in "notes"."""

EXAMPLES = """\
Other texts, and statements that say what they say:

{examples}

Now to the task.

"""

REVISE = """

Earlier statements were rejected:

{history}

Write a better one. If the fault is a compile error, mend it; if the meaning is wrong, go back to \
the informal text."""

PROMPT = Prompt(
    "formalizer",
    system=SYSTEM,
    task=paragraphs(TEXT_AND_HEADER, WRITE),
    examples=EXAMPLES,
    example=EXAMPLE,
    premises=PREMISES,
    revise=REVISE,
    history=f"Statement {{number}}:\n{REJECTED}",
)
